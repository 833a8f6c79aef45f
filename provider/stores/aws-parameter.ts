import type { Parameter, SSM } from "@aws-sdk/client-ssm";
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
import type { OpenEntry, SecretStore } from "./secret-store.ts";
import { settingDifference, type Tags, tagChange, tagDifferences } from "./tags.ts";

const settings = z.strictObject({
  ...awsSettings,
  kmsKeyId: z.string().min(1).optional(),
  tier: z.enum(["Standard", "Advanced", "Intelligent-Tiering"]).optional(),
});

type Settings = z.output<typeof settings>;

/** A SecureString of AWS Systems Manager Parameter Store. It knows no recovery. */
export const awsParameter: SecretStore<Settings> = {
  title: "AWS SSM Parameter Store",
  packages: ["@aws-sdk/client-ssm"],
  settings,
  place: ["region"],
  lasting: [],
  takes: "text",
  maxBytes: ({ tier = "Standard" }) => (tier === "Standard" ? 4_096 : 8_192),
  nameProblem,
  async open(name, stated, signal) {
    const { SSM } = await import("@aws-sdk/client-ssm");
    return opened(new SSM(awsClientConfig(stated)), name, stated, signal);
  },
  explain: explainAws,
};

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */
function nameProblem(name: string): string | undefined {
  if (!/^[\w./-]{1,1011}$/.test(name)) return "must be 1 to 1011 of A-Z a-z 0-9 _ . - /";
  if (/^\/?(aws|ssm)/i.test(name)) return "must not begin with aws or ssm";
  if (name.includes("/") && !name.startsWith("/")) return "must begin with / where it has one";
  if (name.endsWith("/") || name.includes("//")) return "must have a text between two /";
  return name.split("/").length > 16 ? "must not have more than 15 levels" : undefined;
}

function opened(
  client: SSM,
  Name: string,
  stated: Settings,
  abortSignal: AbortSignal,
): OpenEntry<Settings> {
  const options = { abortSignal };
  const resource = { ResourceType: "Parameter", ResourceId: Name } as const;
  const tags = async (): Promise<Tags> => {
    const { TagList } = await client.listTagsForResource(resource, options);
    return tagsOfList(TagList);
  };
  const put = (
    content: string,
    how: { Overwrite?: boolean; Tags?: { Key: string; Value: string }[] },
  ) => {
    const { description: Description, kmsKeyId: KeyId, tier: Tier } = stated;
    const common = { Name, Type: "SecureString", Description, KeyId, Tier } as const;
    return client.putParameter({ ...common, Value: content, ...how }, options);
  };
  const current = async () => {
    try {
      return (await client.getParameter({ Name, WithDecryption: true }, options)).Parameter;
    } catch (error) {
      if (isAwsError(error, "ParameterNotFound")) return undefined;
      throw error;
    }
  };
  const metadata = async () => {
    const filter = { Key: "Name", Option: "Equals", Values: [Name] };
    const answer = await client.describeParameters({ ParameterFilters: [filter] }, options);
    return answer.Parameters?.[0];
  };
  /** Of what can only be written together with a value. */
  const differencesOfValue = async (parameter: Parameter) => {
    const { description, kmsKeyId } = stated;
    // It needs a right of its own, which only those need who state what it tells.
    const described = description || kmsKeyId ? await metadata() : undefined;
    return [
      ...settingDifference("the type", parameter.Type, "SecureString"),
      ...settingDifference("the description", described?.Description, description),
      ...keyDifference(described?.KeyId, kmsKeyId),
    ];
  };
  return {
    async read() {
      const parameter = await current();
      if (parameter === undefined) return undefined;
      return {
        reference: parameter.ARN ?? Name,
        version: String(parameter.Version ?? ""),
        content: parameter.Value,
        differences: [
          ...(await differencesOfValue(parameter)),
          ...tagDifferences("tag", stated.tags ? await tags() : {}, stated.tags),
        ],
      };
    },
    async create(content) {
      await put(String(content), { Tags: tagList(stated.tags ?? {}) });
      const made = await current();
      return { reference: made?.ARN ?? Name, version: String(made?.Version ?? 1) };
    },
    async update(found, content, before) {
      const parameter = await current();
      const stale =
        content !== undefined ||
        stated.tier !== before?.tier ||
        (parameter !== undefined && (await differencesOfValue(parameter)).length > 0);
      const value = String(content ?? found.content);
      const written = stale ? await put(value, { Overwrite: true }) : undefined;
      const tagged = stated.tags ?? before?.tags;
      const { set, remove } = tagChange(tagged ? await tags() : {}, stated.tags, before?.tags);
      if (Object.keys(set).length > 0) {
        await client.addTagsToResource({ ...resource, Tags: tagList(set) }, options);
      }
      if (remove.length > 0) {
        await client.removeTagsFromResource({ ...resource, TagKeys: [...remove] }, options);
      }
      return { reference: found.reference, version: String(written?.Version ?? found.version) };
    },
    async delete() {
      await client.deleteParameters({ Names: [Name] }, options);
    },
  };
}
