import type {
  DescribeSecretCommandOutput,
  GetSecretValueCommandOutput,
  SecretsManager,
} from "@aws-sdk/client-secrets-manager";
import { z } from "zod";
import {
  awsClientConfig,
  awsSettings,
  explainAws,
  isAwsError,
  keyDifference,
  tagList,
  tagsOfList,
} from "./aws.ts";
import type { FoundEntry, OpenEntry, SecretStore } from "./secret-store.ts";
import { settingDifference, tagChange, tagDifferences } from "./tags.ts";

const settings = z.strictObject({
  ...awsSettings,
  kmsKeyId: z.string().min(1).optional(),
  recoveryWindowInDays: z.union([z.literal(0), z.number().int().min(7).max(30)]).optional(),
});

type Settings = z.output<typeof settings>;

/** A secret of AWS Secrets Manager. */
export const awsSecret: SecretStore<Settings> = {
  title: "AWS Secrets Manager",
  packages: ["@aws-sdk/client-secrets-manager"],
  settings,
  place: ["region"],
  lasting: [],
  takes: "text",
  maxBytes: () => 65_536,
  nameProblem: (name) =>
    /^[\w/+=.@-]{1,512}$/.test(name) ? undefined : "must be 1 to 512 of A-Z a-z 0-9 / _ + = . @ -",
  async open(name, stated, signal) {
    const { SecretsManager } = await import("@aws-sdk/client-secrets-manager");
    return opened(new SecretsManager(awsClientConfig(stated)), name, stated, signal);
  },
  explain: explainAws,
};

function opened(
  client: SecretsManager,
  SecretId: string,
  stated: Settings,
  abortSignal: AbortSignal,
): OpenEntry<Settings> {
  const options = { abortSignal };
  const described = () => unlessMissing(client.describeSecret({ SecretId }, options));
  return {
    async read() {
      const description = await described();
      if (description === undefined) return undefined;
      // Without a stage it is the same one by AWS's documentation, if not by every emulator.
      const stage = { SecretId, VersionStage: "AWSCURRENT" };
      const value = description.DeletedDate
        ? undefined
        : await unlessMissing(client.getSecretValue(stage, options));
      return foundEntry(description, value, stated);
    },
    async create(content) {
      const { description: Description, kmsKeyId: KmsKeyId, tags = {} } = stated;
      const written = await client.createSecret(
        {
          Name: SecretId,
          SecretString: String(content),
          Description,
          KmsKeyId,
          Tags: tagList(tags),
        },
        options,
      );
      return { reference: written.ARN ?? SecretId, version: written.VersionId ?? "" };
    },
    async update(found, content, before) {
      if (found.recoverable) await client.restoreSecret({ SecretId }, options);
      const { description: Description, kmsKeyId: KmsKeyId } = stated;
      const SecretString = content === undefined ? undefined : String(content);
      const changes = [Description, KmsKeyId, SecretString].some((each) => each !== undefined);
      const written = changes
        ? await client.updateSecret({ SecretId, Description, KmsKeyId, SecretString }, options)
        : undefined;
      const { Tags } = await client.describeSecret({ SecretId }, options);
      const { set, remove } = tagChange(tagsOfList(Tags), stated.tags, before?.tags);
      if (Object.keys(set).length > 0) {
        await client.tagResource({ SecretId, Tags: tagList(set) }, options);
      }
      if (remove.length > 0) {
        await client.untagResource({ SecretId, TagKeys: [...remove] }, options);
      }
      return { reference: found.reference, version: written?.VersionId ?? found.version };
    },
    async delete(found) {
      const { recoveryWindowInDays: days } = stated;
      if (found.recoverable && days !== 0) return;
      const window = days === undefined ? {} : { RecoveryWindowInDays: days };
      const how = days === 0 ? { ForceDeleteWithoutRecovery: true } : window;
      await unlessMissing(client.deleteSecret({ SecretId, ...how }, options));
    },
  };
}

function foundEntry(
  described: DescribeSecretCommandOutput,
  value: GetSecretValueCommandOutput | undefined,
  stated: Settings,
): FoundEntry {
  const binary = value?.SecretBinary && Buffer.from(value.SecretBinary).toString("base64");
  return {
    reference: described.ARN ?? "",
    version: value?.VersionId ?? "",
    content: value?.SecretString ?? binary,
    recoverable:
      described.DeletedDate && `until ${described.DeletedDate.toISOString().slice(0, 10)}`,
    differences: [
      ...settingDifference("the description", described.Description, stated.description),
      ...keyDifference(described.KmsKeyId, stated.kmsKeyId),
      ...tagDifferences("tag", tagsOfList(described.Tags), stated.tags),
    ],
  };
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isAwsError(error, "ResourceNotFoundException")) return undefined;
    throw error;
  }
}
