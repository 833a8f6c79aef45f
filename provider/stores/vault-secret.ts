import { z } from "zod";
import { type VaultClient, VaultError, vaultClient } from "../runtime/vault.ts";
import type { Content, Explanation, FoundEntry, OpenEntry, SecretStore } from "./secret-store.ts";
import { changedTags, type Tags, tagDifferences } from "./tags.ts";

const settings = z.strictObject({
  address: z.url().optional(),
  namespace: z.string().min(1).optional(),
  mount: z.string().regex(/^[^/]+(\/[^/]+)*$/, { error: "must not begin or end with /" }),
  metadata: z.record(z.string().min(1), z.string().max(512)).optional(),
  deletion: z.enum(["recoverable", "permanent"]).optional(),
});

type Settings = z.output<typeof settings>;

/** A secret of the engine KV, version 2, of Vault or OpenBao. */
export const vaultSecret: SecretStore<Settings> = {
  title: "Vault",
  packages: [],
  settings,
  place: ["namespace", "mount"],
  lasting: [],
  takes: "texts by key",
  maxBytes: () => 524_288,
  nameProblem: (name) =>
    /^[^/\p{Cc}]+(\/[^/\p{Cc}]+)*$/u.test(name) &&
    !name.split("/").some((part) => /^\.+$/.test(part))
      ? undefined
      : "must be a path such as apps/reporter, without / at its ends",
  async open(name, stated, signal) {
    return opened(await vaultClient(stated, signal), name, stated);
  },
  explain,
};

/** https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2 */
function opened(client: VaultClient, name: string, stated: Settings): OpenEntry<Settings> {
  const [mount, path] = [encoded(stated.mount), encoded(name)];
  const reference = `${stated.mount}/${name}`;
  const write = async (content: Content, cas: number) => {
    const body = { data: content, options: { cas } };
    const { data } = await client({ method: "POST", path: `${mount}/data/${path}`, body });
    return { reference, version: String(data["version"] ?? "") };
  };
  const setMetadata = (custom_metadata: Tags) =>
    client({ method: "POST", path: `${mount}/metadata/${path}`, body: { custom_metadata } });
  const metadata = () =>
    unlessMissing(client({ method: "GET", path: `${mount}/metadata/${path}` }));
  const read = async (): Promise<FoundEntry | undefined> => {
    const known = await metadata();
    const version = Number(known?.["current_version"] ?? 0);
    if (known === undefined || version === 0) return undefined;
    const current = await unlessMissing(client({ method: "GET", path: `${mount}/data/${path}` }));
    const state = current?.["metadata"] as
      | { destroyed?: boolean; deletion_time?: string }
      | undefined;
    const content = current?.["data"] as Record<string, unknown> | null | undefined;
    // The version of one that was destroyed is gone for good.
    const isDeleted = Boolean(state?.deletion_time) && !content && state?.destroyed !== true;
    return {
      reference,
      version: String(version),
      content: content ? texts(content) : undefined,
      recoverable: isDeleted ? "until its metadata is deleted" : undefined,
      differences: tagDifferences("metadata", customOf(known), stated.metadata),
    };
  };
  return {
    read,
    async create(content) {
      const written = await write(content, 0);
      if (stated.metadata !== undefined) await setMetadata(stated.metadata);
      return written;
    },
    async update(found, content, before) {
      const { version } = found;
      // With the version that was read: what somebody writes meanwhile is not overwritten unseen.
      const written =
        content === undefined ? { reference, version } : await write(content, Number(version));
      const custom = customOf((await metadata()) ?? {});
      const wanted = changedTags(custom, stated.metadata, before?.metadata);
      if (JSON.stringify(wanted) !== JSON.stringify(custom)) await setMetadata(wanted);
      return written;
    },
    async delete(found) {
      const isPermanent = stated.deletion === "permanent";
      if (found.recoverable && !isPermanent) return;
      const part = isPermanent ? "metadata" : "data";
      await client({ method: "DELETE", path: `${mount}/${part}/${path}` });
    },
  };
}

function encoded(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** What others have written may hold any JSON. */
function texts(content: Record<string, unknown>): Content {
  const entries = Object.entries(content).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(entries);
}

function customOf(metadata: Readonly<Record<string, unknown>>): Tags {
  return (metadata["custom_metadata"] as Tags | null | undefined) ?? {};
}

async function unlessMissing(
  answer: ReturnType<VaultClient>,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return (await answer).data;
  } catch (error) {
    if (error instanceof VaultError && error.status === 404) return undefined;
    throw error;
  }
}

/** Vault answers 403 both to a token that it does not know and to one without the right. */
function explain(error: unknown): Explanation {
  if (!(error instanceof VaultError)) return {};
  if (/invalid token|bad token|token.*expired/i.test(error.message))
    return { trouble: "credentials" };
  if (error.status === 400 && /VAULT_ADDR/.test(error.message)) return { trouble: "refused" };
  if (error.status === 404) {
    return { says: "there is no engine KV version 2 at this mount" };
  }
  return {};
}
