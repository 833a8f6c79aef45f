import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stores } from "../../provider/stores/index.ts";
import { useServer } from "../servers/use-server.ts";
import * as benches from "../stores/benches.ts";
import { blocksOf } from "./markdown.ts";
import { openShell, type Shell } from "./shell.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string) => readFile(join(repository, file), "utf8");

const pages = [
  "aws-secrets-manager",
  "aws-parameter-store",
  "vault",
  "kubernetes",
  "google-secret-manager",
  "azure-key-vault",
];

async function programOf(page: string): Promise<string> {
  const [block] = blocksOf(await read(`docs/stores/${page}.md`));
  if (block?.kind !== "file" || block.name !== "index.ts") throw new Error(`${page}: no program`);
  return block.text;
}

/** What all of them begin with: a database, a stakeholder and a claim. */
async function beginning(): Promise<string> {
  const [one = "", other = ""] = await Promise.all(pages.slice(0, 2).map(programOf));
  const length = [...one].findIndex((character, index) => character !== other[index]);
  return one.slice(0, one.lastIndexOf("\n\n", length) + 1);
}

test("the pages of the stores have the programs that examples/stores runs as one", async () => {
  const common = await beginning();
  expect(common).toContain("new integratedb.Claim(");
  const programs = await Promise.all(pages.map(programOf));
  for (const program of programs) expect(program.startsWith(common)).toBe(true);
  const all = [common, ...programs.map((program) => program.slice(common.length))].join("");
  const [, ...example] = (await read("examples/stores/index.ts")).split("\n");
  expect(example.join("\n")).toBe(all);
});

test("the page that helps to choose names every store, and its codes exist", async () => {
  const page = await read("docs/stores.md");
  for (const name of Object.keys(stores)) {
    expect(page).toContain(`\`${name.charAt(0).toUpperCase()}${name.slice(1)}\``);
  }
  for (const name of pages) expect(page).toContain(`(stores/${name}.md)`);
});

describe("examples/stores", () => {
  const all = useServer(async () => {
    const started = await Promise.all([
      benches.awsSecretBench(),
      benches.awsParameterBench(),
      benches.vaultSecretBench(),
      benches.kubernetesSecretBench(),
      benches.googleSecretBench(),
      benches.azureSecretBench(),
    ]);
    return {
      started,
      stop: async () => void (await Promise.all(started.map((each) => each.stop()))),
    };
  });
  let shell: Shell;
  beforeAll(async () => {
    shell = await openShell();
    await cp(join(repository, "examples/stores"), join(shell.folder, "stores"), {
      recursive: true,
    });
    await shell.install("@aws-sdk", "@azure", "@google-cloud", "@kubernetes");
  });
  afterAll(() => shell?.close());

  async function run(command: string): Promise<string> {
    const { code, output } = await shell.run(command, "stores");
    if (code !== 0) throw new Error(`${command}\n${output}`);
    return output;
  }

  test("puts the credentials into every store", async () => {
    const [aws, parameter, vault, kubernetes, google, azure] = all().started;
    const [endpoint, address] = [aws, vault].map(({ settings }) => Object.values(settings)[0]);
    const environment = {
      ...Object.assign({}, ...all().started.map(({ env }) => env)),
      AWS_ENDPOINT_URL: endpoint,
      VAULT_ADDR: address,
      PULUMI_CONFIG_PASSPHRASE: "stores",
    };
    for (const [name, value] of Object.entries(environment)) await run(`export ${name}="${value}"`);
    await run(`psql "$DATABASE_URL" -q -c "CREATE TABLE orders (id int, status text, total int)"`);
    await run("pulumi login file://.");
    await run("pulumi stack init dev");
    await run('pulumi config set --secret databaseUrl "$DATABASE_URL"');
    await run(`pulumi config set googleEndpoint ${google.settings["endpoint"]}`);
    await run(`pulumi config set keyVaultUrl ${azure.settings["vaultUrl"]}`);
    await run("pulumi config set verifyKeyVault false");
    await run("pulumi up --yes --skip-preview");
    const outputs = JSON.parse(await run("pulumi stack output --json"));
    expect(outputs).toMatchObject({ kvVersion: "1", bindingName: "default/reporter-database" });

    const url = String(await parameter.read("/prod/reporter/database-url"));
    const { username, password } = new URL(url);
    expect(JSON.parse(String(await aws.read("prod/reporter/database")))).toMatchObject({
      username,
      password,
    });
    expect(await vault.read("apps/reporter/database")).toMatchObject({ username, password });
    expect(await kubernetes.read("reporter-database")).toMatchObject({ username, uri: url });
    for (const store of [google, azure])
      expect(await store.read("reporter-database-url")).toBe(url);
    expect(await run(`psql "${url}" -Atc "SELECT count(total) FROM orders"`)).toBe("0\n");
  });
});
