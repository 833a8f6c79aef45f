import type { SecretClient, SecretProperties } from "@azure/keyvault-secrets";
import { z } from "zod";
import type { Explanation, FoundEntry, OpenEntry, SecretStore } from "./secret-store.ts";
import { changedTags, settingDifference, tagDifferences } from "./tags.ts";

const settings = z.strictObject({
  vaultUrl: z.url({ protocol: /^https$/, error: "must be a URL that begins with https://" }),
  verifyChallenge: z.boolean().optional(),
  contentType: z.string().min(1).max(255).optional(),
  tags: z.record(z.string().min(1).max(512), z.string().max(256)).optional(),
  deletion: z.enum(["recoverable", "permanent"]).optional(),
});

type Settings = z.output<typeof settings>;

/** A secret of Azure Key Vault. */
export const azureSecret: SecretStore<Settings> = {
  title: "Azure Key Vault",
  packages: ["@azure/keyvault-secrets", "@azure/identity"],
  settings,
  place: ["vaultUrl"],
  lasting: [],
  takes: "text",
  maxBytes: () => 25_600,
  nameProblem: (name) =>
    /^[0-9A-Za-z-]{1,127}$/.test(name) ? undefined : "must be 1 to 127 of 0-9 A-Z a-z -",
  async open(name, stated, signal) {
    const { SecretClient } = await import("@azure/keyvault-secrets");
    const { DefaultAzureCredential } = await import("@azure/identity");
    const client = new SecretClient(stated.vaultUrl, new DefaultAzureCredential(), {
      disableChallengeResourceVerification: stated.verifyChallenge === false,
    });
    return opened(client, name, stated, signal);
  },
  explain,
};

function opened(
  client: SecretClient,
  name: string,
  stated: Settings,
  abortSignal: AbortSignal,
): OpenEntry<Settings> {
  const { tags, contentType, deletion } = stated;
  const set = async (content: string, newTags: Record<string, string>) => {
    const typed = contentType === undefined ? {} : { contentType };
    const made = await client.setSecret(name, content, { tags: newTags, ...typed, abortSignal });
    return written(made.properties);
  };
  const deleted = () => unlessMissing(client.getDeletedSecret(name, { abortSignal }));
  return {
    async read() {
      const current = await unlessMissing(client.getSecret(name, { abortSignal }));
      if (current !== undefined) return foundEntry(current.properties, current.value, stated);
      const { properties } = (await deleted()) ?? {};
      if (properties === undefined) return undefined;
      return { ...foundEntry(properties, undefined, stated), recoverable: untilOf(properties) };
    },
    create: (content) => set(String(content), { ...tags }),
    async update(found, content, before) {
      if (found.recoverable) {
        await (await client.beginRecoverDeletedSecret(name, { abortSignal })).pollUntilDone();
      }
      const current = await client.getSecret(name, { abortSignal });
      const newTags = changedTags(current.properties.tags ?? {}, tags, before?.tags);
      if (content !== undefined) return set(String(content), newTags);
      const typed = contentType === undefined ? {} : { contentType };
      const changes = { tags: newTags, ...typed, abortSignal };
      return written(
        await client.updateSecretProperties(name, current.properties.version ?? "", changes),
      );
    },
    async delete(found) {
      if (found.recoverable === undefined) {
        await (await client.beginDeleteSecret(name, { abortSignal })).pollUntilDone();
      }
      if (deletion === "permanent") await client.purgeDeletedSecret(name, { abortSignal });
    },
  };
}

function written({ vaultUrl, name, version }: SecretProperties) {
  return { reference: `${vaultUrl}/secrets/${name}`, version: version ?? "" };
}

function foundEntry(
  properties: SecretProperties,
  content: string | undefined,
  stated: Settings,
): FoundEntry {
  return {
    ...written(properties),
    content,
    differences: [
      ...settingDifference("the content type", properties.contentType, stated.contentType),
      ...(properties.enabled === false ? ["the secret was disabled"] : []),
      ...tagDifferences("tag", properties.tags ?? {}, stated.tags),
    ],
  };
}

function untilOf({ scheduledPurgeDate: date }: SecretProperties & { scheduledPurgeDate?: Date }) {
  return date === undefined ? "until it is purged" : `until ${date.toISOString().slice(0, 10)}`;
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const isMissing = error instanceof Error && "statusCode" in error && error.statusCode === 404;
    if (isMissing) return undefined;
    throw error;
  }
}

function explain(error: unknown): Explanation {
  if (!(error instanceof Error)) return {};
  const noLogin =
    /^(CredentialUnavailable|AuthenticationRequired|AggregateAuthentication|Authentication)Error$/;
  return noLogin.test(error.name) ? { trouble: "credentials" } : {};
}
