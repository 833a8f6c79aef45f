import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { secret } from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Stakeholder } from "../../components/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { useServer } from "../servers/use-server.ts";
import {
  awsParameterBench,
  awsSecretBench,
  azureSecretBench,
  googleSecretBench,
  kubernetesSecretBench,
  type StoreBench,
  vaultSecretBench,
} from "../stores/benches.ts";
import { type PackedProject, packedProject } from "./packed-project.ts";
import { commandLinesDuring } from "./running-commands.ts";
import { formsOf, secretsIn } from "./secret-forms.ts";
import { type Shop, withShop } from "./shop.ts";
import { type Outcome, type StateResource, type TestStack, testStack } from "./stack.ts";

const benches = useServer(async () => {
  const started = await Promise.all([
    awsSecretBench(),
    awsParameterBench(),
    vaultSecretBench(),
    kubernetesSecretBench(),
    googleSecretBench(),
    azureSecretBench(),
  ]);
  const [aws, parameter, vault, kubernetes, google, azure] = started;
  return {
    ...{ aws, parameter, vault, kubernetes, google, azure },
    stop: async () => void (await Promise.all(started.map((bench) => bench.stop()))),
  };
});

let postgres: Postgres;
let project: PackedProject;
let shop: Shop;
let stack: TestStack;

beforeAll(async () => {
  const settings = { log_statement: "all", log_min_duration_statement: "0" };
  [postgres, project] = await Promise.all([startPostgres(18, { settings }), packedProject()]);
  shop = await withShop(postgres);
  await project.install("@aws-sdk", "@google-cloud", "@kubernetes");
  const { stop: _, ...all } = benches();
  const environment = Object.assign({}, ...Object.values(all).map(({ env }) => env));
  stack = await testStack(project, "stores", environment);
});
afterAll(async () => {
  await Promise.all([postgres?.stop(), project?.remove()]);
});

/** Everything that the operations printed, and every password that they dealt with. */
const shown: string[] = [];
const passwords = new Set<string>();

async function recorded(operation: Promise<Outcome>): Promise<Outcome> {
  const outcome = await operation;
  shown.push(outcome.output);
  const { password } = outcome.outputs;
  if (typeof password === "string") passwords.add(password);
  return outcome;
}

interface Variation {
  readonly rotation?: string;
  /** Settings of single stores that differ from the usual. */
  readonly changes?: Partial<Record<keyof Stores, object>>;
}

/** Where the program puts the credentials, by the name of the resource. */
interface Stores {
  readonly aws: StoreBench;
  readonly parameter: StoreBench;
  readonly vault: StoreBench;
  readonly kubernetes: StoreBench;
  readonly google: StoreBench;
  readonly azure: StoreBench;
}

/** Seconds: a machine that runs other tests, too, may be slow. */
const patience = 240;

const nameIn = (bench: StoreBench) => bench.name("reporter");

/** One program with all stores, or a variation of it. */
function declare({ rotation = "1", changes = {} }: Variation = {}): void {
  stack.program = async () => {
    const integratedb = project.integratedb;
    const database = new integratedb.Database("shop", { connection: secret(shop.url) });
    const stakeholder = new integratedb.Stakeholder("reporter", { database, rotation });
    const args = (key: keyof Stores) => {
      const bench = benches()[key];
      const usual = { stakeholder, name: nameIn(bench), timeoutSeconds: patience };
      return { ...usual, ...bench.settings, ...changes[key] };
    };
    const { vaultUrl = "", ...azure } = args("azure") as AnyArgs;
    const { type: _, ...kubernetes } = args("kubernetes") as AnyArgs;
    const aws = new integratedb.AwsSecret("aws", args("aws"));
    new integratedb.AwsParameter("parameter", args("parameter"));
    new integratedb.VaultSecret("vault", args("vault"));
    new integratedb.KubernetesSecret("kubernetes", kubernetes);
    new integratedb.GoogleSecret("google", args("google"));
    new integratedb.AzureSecret("azure", { vaultUrl, ...azure });
    return { password: stakeholder.password, uri: stakeholder.uri, arn: aws.arn };
  };
}

interface AnyArgs {
  readonly stakeholder: Stakeholder;
  readonly name: string;
  readonly vaultUrl?: string;
  readonly type?: unknown;
}

/** What an application finds in each store. */
async function stored(): Promise<Record<keyof Stores, unknown>> {
  const { stop: _, ...all } = benches();
  const found = Object.entries(all).map(async ([key, bench]) => [
    key,
    await bench.read(nameIn(bench)),
  ]);
  return Object.fromEntries(await Promise.all(found));
}

/** The URL that is in each store, whatever its layout. */
function uriOf(content: unknown): string {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  if (text.startsWith("postgresql:")) return text;
  const { uri, username, password, host, port, dbname } = JSON.parse(text);
  return uri ?? `postgresql://${username}:${password}@${host}:${port}/${dbname}`;
}

async function entriesInState(): Promise<StateResource[]> {
  const resources = await stack.resources();
  return resources.filter(({ type }) => type.endsWith("integratedb:StoreEntry"));
}

describe("the credentials of a stakeholder in secret stores", () => {
  test("need the SDK of the store, which the preview names, and a name that it allows", async () => {
    declare();
    const preview = await recorded(stack.preview());
    expect(preview.ok).toBe(false);
    const printed = preview.output.replaceAll(/\s+/g, " ");
    expect(printed).toContain(
      "IDB1501 Azure Key Vault, entry reporter-database: the package @azure/keyvault-secrets is not installed. Run: npm install @azure/keyvault-secrets",
    );
    await project.install("@azure");
    declare({ changes: { kubernetes: { name: "Not_A_DNS_name" } } });
    const other = await recorded(stack.preview());
    expect(other.output).toContain("IDB1505 Kubernetes, entry Not_A_DNS_name: the name must be");
  });

  test("are previewed without being shown, and written by an up, each in its layout", async () => {
    declare();
    const preview = await recorded(stack.preview());
    expect(preview.ok, preview.output).toBe(true);
    expect(preview.output).toMatch(/digest *: \[unknown\]/);
    expect(Object.values(await stored())).toEqual(Array(6).fill(undefined));

    let up: Outcome | undefined;
    const commandLines = await commandLinesDuring(async () => {
      up = await recorded(stack.up());
    });
    expect(up?.ok, up?.output).toBe(true);
    expect(commandLines).toContain("pulumi");
    expect(secretsIn(commandLines, passwords)).toEqual([]);
    const found = await stored();
    const { port, hostname: host } = new URL(String(up?.outputs["uri"]));
    const login = { username: "reporter_a", password: up?.outputs["password"] };
    const json = { engine: "postgres", host, port: Number(port), ...login, dbname: shop.name };
    expect(JSON.parse(String(found.aws))).toEqual(json);
    expect(JSON.parse(String(found.parameter))).toEqual(json);
    expect(found.vault).toEqual({ ...json, port });
    const uri = up?.outputs["uri"];
    const binding = { type: "postgresql", host, port, ...login, database: shop.name, uri };
    expect(found.kubernetes).toEqual(binding);
    expect([found.google, found.azure]).toEqual([uri, uri]);
    expect(up?.outputs["arn"]).toMatch(/^arn:aws:secretsmanager:eu-central-1:\d+:secret:prod\//);
  });

  test("are in state as a digest and a version alone", async () => {
    const entries = await entriesInState();
    expect(entries).toHaveLength(6);
    for (const { inputs, outputs } of entries) {
      expect(Object.keys(inputs ?? {})).not.toContain("content");
      expect(Object.keys(outputs ?? {}).sort()).toEqual([
        "__provider",
        "delivery",
        "digest",
        "name",
        "reference",
        "settings",
        "store",
        "timeoutSeconds",
        "version",
      ]);
    }
  });

  test("are left alone by a second up and a refresh", async () => {
    const contents = async () =>
      new Map(
        (await entriesInState()).map(({ urn, ...rest }) => [urn, [rest.inputs, rest.outputs]]),
      );
    const before = await contents();
    const up = await recorded(stack.up());
    expect(up.changes, up.output).toEqual({ same: 17 });
    const refresh = await recorded(stack.refresh());
    expect(refresh.changes, refresh.output).toEqual({ same: 17 });
    expect(await contents()).toEqual(before);
  });

  test("that somebody changed or deleted are seen by a refresh, and repaired by the next up", async () => {
    const { aws, vault, kubernetes, azure } = benches();
    await vault.put(nameIn(vault), { username: "nobody" });
    await aws.remove(nameIn(aws));
    await azure.remove(nameIn(azure));
    await kubernetes.remove(nameIn(kubernetes));
    const refresh = await recorded(stack.refresh());
    expect(refresh.changes, refresh.output).toMatchObject({ update: 3, delete: 1 });
    const preview = await recorded(stack.preview());
    expect(preview.output).toContain("the content was changed (version 2, not 1)");
    expect(preview.output).toMatch(/the entry was deleted, and is kept until \d{4}-\d\d-\d\d/);
    const up = await recorded(stack.up());
    expect(up.changes, up.output).toMatchObject({ update: 3, create: 1 });
    for (const content of Object.values(await stored())) {
      expect(await shop.sqlAs(uriOf(content), "select 1 as one")).toEqual([{ one: 1 }]);
    }
  });

  test("follow a rotation, also past a store without rights, and the next up goes on", async () => {
    const { kubernetes } = benches();
    declare({ rotation: "2", changes: { kubernetes: { ...kubernetes.withoutRights.settings } } });
    const failed = await recorded(stack.up());
    expect(failed.ok).toBe(false);
    expect(failed.output.replaceAll(/\s+/g, " ")).toContain(
      `IDB1503 Kubernetes, entry ${nameIn(kubernetes)}: the store refuses this to these credentials. secrets "reporter-database" is forbidden`,
    );
    expect(failed.output).not.toMatch(/\n\s+at .*:\d+:\d+/);
    for (const content of Object.values(await stored())) {
      expect(await shop.sqlAs(uriOf(content), "select 1 as one")).toEqual([{ one: 1 }]);
    }
    declare({ rotation: "2" });
    const up = await recorded(stack.up());
    expect(up.ok, up.output).toBe(true);
    for (const content of Object.values(await stored())) {
      expect(uriOf(content)).toContain(`reporter_b:${up.outputs["password"]}@`);
    }
    expect(passwords.size).toBe(2);
  });

  test("do not take over what somebody else made, unless they are told to", async () => {
    const { parameter } = benches();
    await parameter.put("/theirs", "their own secret");
    declare({ rotation: "2", changes: { parameter: { name: "/theirs", layout: "uri" } } });
    const refused = await recorded(stack.up());
    expect(refused.ok).toBe(false);
    expect(refused.output).toContain("IDB1507 AWS SSM Parameter Store, entry /theirs: it is there");
    expect(await parameter.read("/theirs")).toBe("their own secret");
    const adopting = { name: "/theirs", layout: "uri", adopt: true };
    declare({ rotation: "2", changes: { parameter: adopting } });
    const up = await recorded(stack.up());
    expect(up.ok, up.output).toBe(true);
    expect(await parameter.read("/theirs")).toBe(up.outputs["uri"]);
    expect(await parameter.read(nameIn(parameter))).toBeUndefined();
    passwords.add("their own secret");
  });

  test("are in no state, log, error or output, in whatever encoding", async () => {
    const isStakeholder = ({ type }: StateResource) =>
      /integratedb:Stakeholder$|pulumi:pulumi:Stack$/.test(type);
    const { resources } = (await stack.deployment()) as { resources: StateResource[] };
    const others = resources.filter((resource) => !isStakeholder(resource));
    expect(secretsIn(JSON.stringify(resources), passwords)).toHaveLength(1);
    expect(others.length).toBeGreaterThan(10);
    const folder = join(project.folder, "state");
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), "utf8"));
    for (const text of [
      JSON.stringify(others),
      await stack.exportText(),
      ...(await Promise.all(texts)),
      shown.join("\n"),
      await readFile(postgres.logFile, "utf8"),
    ]) {
      expect(secretsIn(text, passwords)).toEqual([]);
    }
    // The search finds what it looks for.
    const [password = ""] = passwords;
    const wrapped = Buffer.from(`{"password":"${password}"}`).toString("base64");
    expect(formsOf(password).some((form) => wrapped.includes(form))).toBe(true);
  });

  test("are taken away by a destroy, by the rules of each store", async () => {
    const destroy = await recorded(stack.destroy());
    expect(destroy.ok, destroy.output).toBe(true);
    expect(Object.values(await stored())).toEqual(Array(6).fill(undefined));
  });
});
