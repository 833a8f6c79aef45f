import { cp } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registeredBy, relayKey } from "../components/mocks.ts";
import { openShell, type Shell } from "../docs/shell.ts";

// examples/shop is what the README and the tutorial run.
const examples = fileURLToPath(new URL("../../examples", import.meta.url));

/** Examples that give secrets to a provider of Pulumi, and what that gets. */
const providers = {
  "aws-provider": {
    "aws:secretsmanager/secretVersion:SecretVersion": {
      secretString: expect.stringContaining('"password":"secret-password"'),
    },
    "aws:ssm/parameter:Parameter": { value: expect.stringMatching(/^postgresql:/) },
  },
  "kubernetes-provider": {
    "kubernetes:core/v1:Secret": {
      stringData: { type: "postgresql", password: "secret-password", port: "5432" },
    },
  },
  "relay-ecs": {
    "aws:secretsmanager/secretVersion:SecretVersion": {
      secretString: expect.stringContaining("relay-password"),
    },
  },
  "relay-kubernetes": {
    "kubernetes:core/v1:Secret": {
      stringData: {
        INTEGRATEDB_RELAY_DATABASE_URL: expect.stringContaining("relay-password"),
        INTEGRATEDB_RELAY_KEY: relayKey.privateKey,
      },
    },
  },
  "vault-provider": {
    "vault:kv/secretV2:SecretV2": {
      dataJson: '{"username":"reporter_a","password":"secret-password"}',
    },
  },
};

let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
  const names = ["application-team", "plain-sql", "postgresql-provider", "shop"];
  for (const name of [...names, ...Object.keys(providers)]) {
    await cp(join(examples, name), join(shell.folder, name), { recursive: true });
  }
  await run("export PULUMI_CONFIG_PASSPHRASE=examples");
  await run("pulumi login file://.");
  await run('psql "$DATABASE_URL" -q -f shop/tables.sql');
});
afterAll(() => shell.close());

/** @throws unless the command succeeds */
async function run(command: string, folder?: string): Promise<string> {
  const { code, output } = await shell.run(command, folder);
  if (code !== 0) throw new Error(`${command}\n${output}`);
  return output;
}

/** What a login may read, as the exit code of psql tells. */
async function canRead(url: string, columns: string, table: string): Promise<boolean> {
  const { code, output } = await shell.run(`psql "${url}" -c "SELECT ${columns} FROM ${table}"`);
  if (code !== 0) expect(output).toContain("permission denied");
  return code === 0;
}

describe("examples/plain-sql", () => {
  test("has the engine, a stakeholder and a login after one run", async () => {
    expect(await run("node index.ts", "plain-sql")).toMatch(/^engine \S+\nlogin reporter_a, /);
    expect(await run("npx integratedb claims")).toContain("varchar(20) not null");
  });

  test("runs again without an error, with new credentials", async () => {
    expect(await run("node index.ts", "plain-sql")).toContain("login reporter_b");
  });

  test("has a migration that passes", async () => {
    await run('psql "$DATABASE_URL" -1 -v ON_ERROR_STOP=1 -f plain-sql/migration.sql');
    expect(await run("npx integratedb validate")).toContain("Every claim is met");
    await run("npx integratedb uninstall --yes");
  });
});

describe("examples/application-team", () => {
  const platform = "application-team/platform";
  const application = "application-team/application";
  let urls: Record<string, string>;

  test("lets an operator declare the stakeholders of a folder", async () => {
    await run(`psql "$DATABASE_URL" -c "CREATE ROLE checkout_deployer LOGIN PASSWORD 'deploy'"`);
    const operatorUrl = shell.databaseUrl.replace(/postgres:[^@]*@/, "checkout_deployer:deploy@");
    for (const [folder, url] of [
      [platform, shell.databaseUrl],
      [application, operatorUrl],
    ] as const) {
      await run("pulumi stack init dev", folder);
      await run(`pulumi config set --secret databaseUrl "${url}"`, folder);
      await run(
        "pulumi config set --secret hookSecret whsec_dGhlIHNlY3JldCBvZiB0aGUgd29ya2Vy",
        folder,
      );
      await run("pulumi up --yes --skip-preview", folder);
    }
    urls = JSON.parse(await run("pulumi stack output urls --show-secrets", application));
    expect(Object.keys(urls)).toEqual(["checkout_reports", "checkout_worker"]);
  });

  test("gives each of them what its file claims", async () => {
    const { checkout_reports: reports = "", checkout_worker: worker = "" } = urls;
    expect(await canRead(reports, "id, customer, total", "orders")).toBe(true);
    expect(await canRead(reports, "status", "orders")).toBe(false);
    expect(await canRead(worker, "id, status", "orders")).toBe(true);
    expect(await canRead(worker, "id", "customers")).toBe(false);
  });

  test("has the worker told of opened orders, with its secret sealed", async () => {
    const told = await run("npx integratedb notifications");
    expect(told).toMatch(/checkout_worker +opened-orders +public.orders +INSERT +id .*open/);
    const spec = `psql "$DATABASE_URL" -Atc "SELECT spec FROM integratedb.notifications"`;
    expect(await run(spec)).toMatch(/"signing_secret": {"sealed": "A[\w-]{80,}"}/);
  });

  test("is taken away in the reverse order", async () => {
    await run("pulumi destroy --yes --skip-preview", application);
    await run("pulumi destroy --yes --skip-preview", platform);
    expect(await run("npx integratedb status")).toContain("not installed");
  });
});

describe("examples/postgresql-provider", () => {
  test("hands connection, role and schema of @pulumi/postgresql on", async () => {
    const program = join(shell.folder, "postgresql-provider/index.ts");
    process.env["PULUMI_CONFIG"] = JSON.stringify({
      "project:host": "db.internal",
      "project:username": "admin",
      "project:password": "admin-password",
    });
    const registered = await registeredBy(() => {
      createRequire(import.meta.url)(program);
    });
    const inputs = Object.fromEntries(registered.map((each) => [each.name, each.inputs]));
    expect(inputs["shop-engine"]).toMatchObject({
      connection: { host: "db.internal", user: "admin", database: "shop" },
    });
    expect(inputs["analysts-stakeholder"]).toMatchObject({ role: "analysts", schema: "analysts" });
    expect(inputs["analysts-orders"]).toMatchObject({ stakeholder: "analysts" });
  });
});

describe.each(Object.entries(providers))("examples/%s", (name, expected) => {
  test("gives credentials to resources of another provider, as secrets", async () => {
    const program = join(shell.folder, name, "index.ts");
    pulumi.runtime.setAllConfig({
      "project:databaseUrl": "postgresql://db/shop",
      "project:vpcId": "vpc-0123abcd",
      "project:subnetIds": '["subnet-0123abcd"]',
      "project:databaseSecurityGroup": "sg-0123abcd",
    });
    const registered = await registeredBy(() => {
      createRequire(import.meta.url)(program);
    });
    for (const [type, inputs] of Object.entries(expected)) {
      const found = registered.find((each) => each.type === type);
      expect(found?.inputs, type).toMatchObject(inputs);
      expect(found?.secretInputs).toEqual(Object.keys(inputs));
    }
  });
});
