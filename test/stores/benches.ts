import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SSM } from "@aws-sdk/client-ssm";
import type { StoreName } from "../../provider/stores/index.ts";
import type { Content } from "../../provider/stores/secret-store.ts";
import { startKubernetes } from "../servers/kubernetes.ts";
import { startMoto } from "../servers/moto.ts";
import { startVault } from "../servers/vault.ts";
import { startAwsRefusals } from "./stand-ins/aws-refusals.ts";
import { startAzureStandIn } from "./stand-ins/azure.ts";
import { startGoogleStandIn } from "./stand-ins/google.ts";

/** What is under test of one store, and what somebody else does there. */
export interface StoreBench {
  readonly store: StoreName;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Environment of those who may do everything. */
  readonly env: Readonly<Record<string, string>>;
  /** A name that the store allows, of its kind. */
  name(word: string): string;
  /** Content of the kind that the store takes. */
  content(password: string): Content;
  read(name: string): Promise<unknown>;
  put(name: string, content: Content): Promise<void>;
  remove(name: string): Promise<void>;
  /** Tags by the name of the setting that holds them. */
  readonly tagged: string;
  tags(name: string): Promise<Readonly<Record<string, string>>>;
  /** What makes a deletion final, and whether one that is not can be recovered. */
  readonly permanent: Readonly<Record<string, unknown>> | undefined;
  readonly wrongCredentials: Way;
  readonly withoutRights: Way;
  /** The setting that leads to another address. */
  readonly addressSetting: string;
  readonly wrongNames: readonly string[];
  stop(): Promise<void>;
}

/** Changes of environment and settings. */
interface Way {
  readonly env?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
}

const text = {
  content: (password: string) => JSON.stringify({ username: "reporter_a", password }),
};
const keyed = { content: (password: string) => ({ username: "reporter_a", password }) };

const aws = {
  AWS_ACCESS_KEY_ID: "AKIATESTS",
  AWS_SECRET_ACCESS_KEY: "secret-of-the-tests",
  AWS_REGION: "eu-central-1",
  AWS_EC2_METADATA_DISABLED: "true",
};
const credentials = { accessKeyId: "other", secretAccessKey: "other" };

let shared: ReturnType<typeof startAws> | undefined;

/** One moto has all services of AWS. */
function awsBench() {
  shared ??= startAws();
  return shared;
}

async function startAws() {
  const [moto, refusals] = await Promise.all([startMoto(), startAwsRefusals()]);
  const { url: endpoint } = moto;
  return {
    client: { endpoint, credentials, region: aws.AWS_REGION },
    common: {
      ...text,
      settings: { endpoint },
      env: aws,
      tagged: "tags",
      wrongCredentials: { settings: { endpoint: `${refusals.url}/unknown` } },
      withoutRights: { settings: { endpoint: `${refusals.url}/powerless` } },
      addressSetting: "endpoint",
      stop: async () => {
        await Promise.all([moto.stop(), refusals.stop()]);
      },
    },
  };
}

export async function awsSecretBench(): Promise<StoreBench> {
  const { client: options, common } = await awsBench();
  const client = new SecretsManager(options);
  const current = (SecretId: string) =>
    client.getSecretValue({ SecretId, VersionStage: "AWSCURRENT" });
  return {
    ...common,
    store: "awsSecret",
    name: (word) => `prod/${word}/database`,
    read: (name) =>
      current(name).then(
        ({ SecretString }) => SecretString,
        () => undefined,
      ),
    put: async (Name, content) => {
      const SecretString = String(content);
      await client
        .updateSecret({ SecretId: Name, SecretString })
        .catch(() => client.createSecret({ Name, SecretString }));
    },
    remove: async (SecretId) => void (await client.deleteSecret({ SecretId })),
    tags: async (SecretId) => {
      const { Tags = [] } = await client.describeSecret({ SecretId });
      return Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value]));
    },
    permanent: { recoveryWindowInDays: 0 },
    wrongNames: ["with space", "ä", "x".repeat(513)],
  };
}

export async function awsParameterBench(): Promise<StoreBench> {
  const { client: options, common } = await awsBench();
  const client = new SSM(options);
  return {
    ...common,
    store: "awsParameter",
    name: (word) => `/prod/${word}/database`,
    read: (Name) =>
      client.getParameter({ Name, WithDecryption: true }).then(
        ({ Parameter }) => Parameter?.Value,
        () => undefined,
      ),
    put: async (Name, content) => {
      const Value = String(content);
      await client.putParameter({ Name, Value, Type: "SecureString", Overwrite: true });
    },
    remove: async (Name) => void (await client.deleteParameter({ Name })),
    tags: async (ResourceId) => {
      const { TagList = [] } = await client.listTagsForResource({
        ResourceType: "Parameter",
        ResourceId,
      });
      return Object.fromEntries(TagList.map(({ Key = "", Value = "" }) => [Key, Value]));
    },
    permanent: undefined,
    wrongNames: ["prod/no-slash-first", "/aws/x", "ssm-x", "/a//b", "/a b", "/1".repeat(16)],
  };
}

export async function vaultSecretBench(): Promise<StoreBench> {
  const vault = await startVault();
  await vault.api("PUT", "sys/policies/acl/powerless", {
    policy: 'path "none" { capabilities = [] }',
  });
  const { auth } = await vault.api<{ auth: { client_token: string } }>(
    "POST",
    "auth/token/create",
    { policies: ["powerless"], no_default_policy: true },
  );
  return {
    ...keyed,
    store: "vaultSecret",
    settings: { address: vault.url, mount: "secret" },
    env: { VAULT_TOKEN: vault.token },
    name: (word) => `apps/${word}/database`,
    read: (name) =>
      vault.api<{ data: { data: object } }>("GET", `secret/data/${name}`).then(
        ({ data }) => data.data,
        () => undefined,
      ),
    put: async (name, data) => void (await vault.api("POST", `secret/data/${name}`, { data })),
    remove: async (name) => void (await vault.api("DELETE", `secret/metadata/${name}`)),
    tagged: "metadata",
    tags: async (name) => {
      const path = `secret/metadata/${name}`;
      const { data } = await vault.api<{ data: { custom_metadata: Record<string, string> } }>(
        "GET",
        path,
      );
      return data.custom_metadata ?? {};
    },
    permanent: { deletion: "permanent" },
    wrongCredentials: { env: { VAULT_TOKEN: "hvs.unknown" } },
    withoutRights: { env: { VAULT_TOKEN: auth.client_token } },
    addressSetting: "address",
    wrongNames: ["/apps", "apps/", "a//b", "a/../b", "a\nb"],
    stop: vault.stop,
  };
}

export async function kubernetesSecretBench(): Promise<StoreBench> {
  const kubernetes = await startKubernetes();
  const place = "/api/v1/namespaces/default/secrets";
  interface Secret {
    readonly metadata: { readonly labels?: Record<string, string> };
    readonly data?: Record<string, string>;
  }
  const secret = (name: string) => kubernetes.api<Secret>("GET", `${place}/${name}`);
  return {
    ...keyed,
    store: "kubernetesSecret",
    settings: { namespace: "default", type: "Opaque" },
    env: { KUBECONFIG: kubernetes.kubeconfig },
    name: (word) => `${word}-database`,
    read: async (name) => {
      const found = await secret(name).catch(() => undefined);
      if (found === undefined) return undefined;
      const entries = Object.entries(found.data ?? {}).map(([key, value]) => [
        key,
        Buffer.from(value, "base64").toString(),
      ]);
      return Object.fromEntries(entries);
    },
    put: async (name, stringData) => {
      const body = { metadata: { name }, stringData };
      await kubernetes
        .api("PUT", `${place}/${name}`, body)
        .catch(() => kubernetes.api("POST", place, body));
    },
    remove: async (name) => void (await kubernetes.api("DELETE", `${place}/${name}`)),
    tagged: "labels",
    tags: async (name) => (await secret(name)).metadata.labels ?? {},
    permanent: undefined,
    wrongCredentials: { settings: { kubeconfig: kubernetes.unknown } },
    withoutRights: { settings: { kubeconfig: kubernetes.powerless } },
    addressSetting: "endpoint",
    wrongNames: ["Upper", "a_b", "-a", "a..b", "a".repeat(254)],
    stop: kubernetes.stop,
  };
}

export async function googleSecretBench(): Promise<StoreBench> {
  const google = await startGoogleStandIn();
  return {
    ...text,
    store: "googleSecret",
    settings: { endpoint: google.url },
    env: google.identity("admin"),
    name: (word) => `${word}_database`,
    read: async (name) => google.value(name),
    put: async (name, content) => google.put(name, String(content)),
    remove: async (name) => google.remove(name),
    tagged: "labels",
    tags: async (name) => google.labels(name),
    permanent: undefined,
    wrongCredentials: { env: google.identity("unknown") },
    withoutRights: { env: google.identity("powerless") },
    addressSetting: "endpoint",
    wrongNames: ["a.b", "a/b", "a".repeat(256)],
    stop: google.stop,
  };
}

export async function azureSecretBench(): Promise<StoreBench> {
  const azure = await startAzureStandIn();
  setDefaultCACertificates([...getCACertificates(), azure.certificate]);
  const folder = await mkdtemp(join(tmpdir(), "integratedb-azure-"));
  const certificateFile = join(folder, "certificate.pem");
  await writeFile(certificateFile, azure.certificate);
  return {
    ...text,
    store: "azureSecret",
    settings: { vaultUrl: azure.url, verifyChallenge: false },
    env: { ...azure.identity, NODE_EXTRA_CA_CERTS: certificateFile },
    name: (word) => `${word}-database`,
    read: async (name) => azure.value(name),
    put: async (name, content) => azure.put(name, String(content)),
    remove: async (name) => azure.remove(name),
    tagged: "tags",
    tags: async (name) => azure.tags(name),
    permanent: { deletion: "permanent" },
    // There is no such command, and so nobody has logged in with it.
    wrongCredentials: { env: { AZURE_TOKEN_CREDENTIALS: "AzureCliCredential" } },
    withoutRights: { settings: { vaultUrl: azure.powerlessUrl } },
    addressSetting: "vaultUrl",
    wrongNames: ["a_b", "a/b", "a".repeat(128)],
    stop: async () => {
      await Promise.all([azure.stop(), rm(folder, { recursive: true, force: true })]);
    },
  };
}
