import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ServerMissing } from "../servers/supply.ts";
import { useServer } from "../servers/use-server.ts";
import { startVault, vaultSupply } from "../servers/vault.ts";
import { blocksOf } from "./markdown.ts";
import { openShell, type Shell } from "./shell.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const page = await readFile(join(repository, "docs/temporary-credentials.md"), "utf8");

describe("docs/temporary-credentials.md", () => {
  const vault = useServer(async () => {
    const started = await startVault();
    if (started.isLocal) return started;
    await started.stop();
    throw new ServerMissing(
      vaultSupply.name,
      "in a container it reaches no server here",
      vaultSupply.hint,
    );
  });
  let shell: Shell;
  beforeAll(async () => {
    shell = await openShell();
    for (const file of ["package.json", "Pulumi.yaml"]) {
      await cp(join(repository, "examples/shop", file), join(shell.folder, file));
    }
  });
  afterAll(() => shell?.close());

  async function run(command: string): Promise<string> {
    const { code, output } = await shell.run(command);
    if (code !== 0) throw new Error(`${command}\n${output}`);
    return output;
  }

  /** The configuration of the engine that the page shows, for this server. */
  function configuration(): Record<string, string> {
    const [, command = ""] =
      /vault write database\/config\/shop \\\n([\s\S]*?)\nvault/.exec(page) ?? [];
    const pairs = command.matchAll(/(\w+)=('[^']*'|\S+)/g);
    const stated = Object.fromEntries(
      [...pairs].map(([, key = "", value = ""]) => [key, value.replaceAll("'", "")]),
    );
    const { host } = new URL(shell.databaseUrl);
    const url = `${stated["connection_url"]?.replace("db.internal:5432", host)}?sslmode=disable`;
    return { ...stated, connection_url: url };
  }

  /** A token that may do what the policy on the page says, and nothing else. */
  async function tokenOfThePolicy(): Promise<string> {
    const [, policy = ""] = /```hcl\n([\s\S]*?)```/.exec(page) ?? [];
    await vault().api("PUT", "sys/policies/acl/leases", { policy });
    const token = { policies: ["leases"], no_default_policy: true };
    const { auth } = await vault().api<{ auth: { client_token: string } }>(
      "POST",
      "auth/token/create",
      token,
    );
    return auth.client_token;
  }

  test("has a program, a set-up and a policy, with which a lease reads what is claimed", async () => {
    const [program] = blocksOf(page);
    if (program?.kind !== "file") throw new Error("there is no program");
    await writeFile(join(shell.folder, program.name), program.text);
    const [, setUp = ""] = /```sql\n([\s\S]*?)```/.exec(page) ?? [];
    await writeFile(join(shell.folder, "set-up.sql"), setUp);
    await run('psql "$DATABASE_URL" -q -c "CREATE TABLE orders (id int, status text, total int)"');
    await run("npx integratedb install");
    await run(`psql "$DATABASE_URL" -q -c "SELECT integratedb.put_stakeholder('reporter')"`);
    await run('psql "$DATABASE_URL" -q -v ON_ERROR_STOP=1 -f set-up.sql');
    await run(`psql "$DATABASE_URL" -q -c "SELECT integratedb.delete_stakeholder('reporter')"`);
    await vault().api("POST", "sys/mounts/database", { type: "database" });
    await vault().api("POST", "database/config/shop", configuration());
    await vault().api("POST", "database/rotate-root/shop");

    const environment = {
      VAULT_ADDR: vault().url,
      VAULT_TOKEN: await tokenOfThePolicy(),
      PULUMI_CONFIG_PASSPHRASE: "leases",
    };
    for (const [name, value] of Object.entries(environment)) await run(`export ${name}="${value}"`);
    await run("pulumi login file://.");
    await run("pulumi stack init dev");
    await run('pulumi config set --secret databaseUrl "$DATABASE_URL"');
    const refused = await shell.run("pulumi up --yes --skip-preview");
    expect(refused.output.replaceAll(/\s+/g, " ")).toContain("IDB1511");
    await run('psql "$DATABASE_URL" -q -c "GRANT reporter TO vault WITH ADMIN OPTION"');
    await run("pulumi up --yes --skip-preview");

    const path = (await run("pulumi stack output credentialsPath")).trim();
    expect(path).toBe("database/creds/reporter");
    const { data } = await vault().api<{ data: { username: string; password: string } }>(
      "GET",
      path,
    );
    const url = new URL(shell.databaseUrl);
    Object.assign(url, data);
    const read = (columns: string) =>
      shell.run(`psql "${url}" -Atc "SELECT count(${columns}) FROM orders"`);
    expect(await read("status")).toEqual({ code: 0, output: "0\n" });
    expect((await read("total")).output).toContain("permission denied");
    await run("pulumi destroy --yes --skip-preview");
    expect((await read("status")).code).not.toBe(0);
  });
});
