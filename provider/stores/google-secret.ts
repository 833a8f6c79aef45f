import type { protos, SecretManagerServiceClient } from "@google-cloud/secret-manager";
import { z } from "zod";
import type { Explanation, FoundEntry, OpenEntry, SecretStore } from "./secret-store.ts";
import { changedTags, type Tags, tagDifferences } from "./tags.ts";

const settings = z.strictObject({
  project: z.string().min(1).optional(),
  location: z
    .string()
    .regex(/^[a-z0-9-]+$/, { error: "must be a region, such as europe-west1" })
    .optional(),
  endpoint: z.url().optional(),
  labels: z
    .record(z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/), z.string().regex(/^[a-z0-9_-]{0,63}$/))
    .optional(),
  annotations: z.record(z.string().min(1).max(63), z.string()).optional(),
  kmsKeyName: z.string().min(1).optional(),
});

type Settings = z.output<typeof settings>;
type Secret = protos.google.cloud.secretmanager.v1.ISecret;

/** A secret of Google Secret Manager, global or of one region. It knows no recovery. */
export const googleSecret: SecretStore<Settings> = {
  title: "Google Secret Manager",
  packages: ["@google-cloud/secret-manager"],
  settings,
  place: ["project", "location"],
  lasting: [],
  takes: "text",
  maxBytes: () => 65_536,
  nameProblem: (name) =>
    /^[\w-]{1,255}$/.test(name) ? undefined : "must be 1 to 255 of A-Z a-z 0-9 _ -",
  async open(name, stated) {
    const { SecretManagerServiceClient } = await import("@google-cloud/secret-manager");
    // REST needs no gRPC, which some proxies do not let through.
    const client = new SecretManagerServiceClient({ fallback: true, ...addressOf(stated) });
    // A call that finds no credentials leaves rejections behind that nobody can handle.
    await client.auth.getClient();
    const project = stated.project ?? (await client.getProjectId());
    const place = stated.location === undefined ? "" : `/locations/${stated.location}`;
    return opened(client, `projects/${project}${place}`, name, stated);
  },
  explain,
};

/** Secrets of a region are behind an address of its own. */
function addressOf({ endpoint, location }: Settings) {
  if (endpoint !== undefined) {
    const { protocol, hostname, port } = new URL(endpoint);
    const usual = protocol === "http:" ? 80 : 443;
    return {
      apiEndpoint: hostname,
      port: port === "" ? usual : Number(port),
      protocol: protocol.replace(":", ""),
    };
  }
  return location === undefined
    ? {}
    : { apiEndpoint: `secretmanager.${location}.rep.googleapis.com` };
}

function opened(
  client: SecretManagerServiceClient,
  parent: string,
  secretId: string,
  stated: Settings,
): OpenEntry<Settings> {
  const name = `${parent}/secrets/${secretId}`;
  const add = async (content: string) => {
    const payload = { data: Buffer.from(content) };
    const [made] = await client.addSecretVersion({ parent: name, payload });
    return { reference: name, version: versionOf(made.name) };
  };
  return {
    async read() {
      const secret = await unless([notFound], client.getSecret({ name }));
      if (secret === undefined) return undefined;
      const latest = `${name}/versions/latest`;
      const current = await unless([notFound], accessed(client, latest));
      return foundEntry(name, secret[0], current, stated);
    },
    async create(content) {
      const { labels = {}, annotations = {} } = stated;
      const secret = { labels, annotations, ...encryption(stated) };
      await client.createSecret({ parent, secretId, secret });
      return add(String(content));
    },
    async update(found, content, before) {
      const [secret] = await client.getSecret({ name });
      const labels = changedTags(secret.labels ?? {}, stated.labels, before?.labels);
      const annotations = changedTags(
        secret.annotations ?? {},
        stated.annotations,
        before?.annotations,
      );
      const key = stated.kmsKeyName === before?.kmsKeyName ? {} : encryption(stated);
      const paths = ["labels", "annotations", ...Object.keys(key)];
      await client.updateSecret({
        secret: { name, labels, annotations, ...key },
        updateMask: { paths },
      });
      const { reference, version } = found;
      return content === undefined ? { reference, version } : add(String(content));
    },
    async delete() {
      await unless([notFound], client.deleteSecret({ name }));
    },
  };
}

/** Where a secret is kept, and the key that encrypts it: a region's secrets are kept there alone. */
function encryption({ location, kmsKeyName }: Settings): Secret {
  const customerManagedEncryption = kmsKeyName === undefined ? undefined : { kmsKeyName };
  if (location === undefined) {
    return {
      replication: { automatic: customerManagedEncryption ? { customerManagedEncryption } : {} },
    };
  }
  return customerManagedEncryption === undefined ? {} : { customerManagedEncryption };
}

interface Current {
  readonly version: string;
  readonly content: string;
}

/** A version that is disabled or destroyed is there, and is none that anybody here has written. */
async function accessed(client: SecretManagerServiceClient, name: string): Promise<Current> {
  const answer = await unless([failedPrecondition], client.accessSecretVersion({ name }));
  if (answer === undefined) return { version: "disabled", content: "" };
  const [{ name: full, payload }] = answer;
  const { data } = payload ?? {};
  const content =
    typeof data === "string" ? Buffer.from(data, "base64") : Buffer.from(data ?? new Uint8Array());
  return { version: versionOf(full), content: content.toString() };
}

function foundEntry(
  reference: string,
  secret: Secret,
  current: Current | undefined,
  stated: Settings,
): FoundEntry {
  return {
    reference,
    version: current?.version ?? "",
    content: current?.content,
    differences: [
      ...tagDifferences("label", tags(secret.labels), stated.labels),
      ...tagDifferences("annotation", tags(secret.annotations), stated.annotations),
    ],
  };
}

function tags(map: { [key: string]: string } | null | undefined): Tags {
  return map ?? {};
}

function versionOf(name: string | null | undefined): string {
  return name?.split("/").at(-1) ?? "";
}

/** https://grpc.io/docs/guides/status-codes/ */
const notFound = 5;
const failedPrecondition = 9;
const troubles: Readonly<Record<number, Explanation["trouble"]>> = {
  4: "unreachable",
  7: "rights",
  8: "unreachable",
  13: "unreachable",
  14: "unreachable",
  16: "credentials",
};

async function unless<T>(codes: readonly number[], answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && "code" in error && codes.includes(Number(error.code))) {
      return undefined;
    }
    throw error;
  }
}

function explain(error: unknown): Explanation {
  if (!(error instanceof Error)) return {};
  if (/Could not load the default credentials|Unable to detect a Project Id/.test(error.message)) {
    return { trouble: "credentials" };
  }
  const trouble = "code" in error ? troubles[Number(error.code)] : undefined;
  return trouble === undefined ? {} : { trouble };
}
