import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { output, secret } from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConnectedArgs } from "../../components/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { type PackedProject, packedProject } from "./packed-project.ts";
import { type Shop, withShop } from "./shop.ts";
import { type Outcome, type TestStack, testStack } from "./stack.ts";

let postgres: Postgres;
let project: PackedProject;
let shop: Shop;
let stack: TestStack;

beforeAll(async () => {
  const settings = { log_statement: "all", log_min_duration_statement: "0" };
  [postgres, project] = await Promise.all([startPostgres(18, { settings }), packedProject()]);
  shop = await withShop(postgres);
  await shop.sql("create role admin superuser login password 'first-admin-secret'");
  stack = await testStack(project, "secrets");
});
afterAll(async () => {
  await Promise.all([postgres.stop(), project.remove()]);
});

/** The operations so far, and every secret that they have dealt with. */
const shown: string[] = [];
const secrets = new Set(["first-admin-secret", "second-admin-secret"]);

function adminUrl(password: string): string {
  return postgres.url(shop.name, "admin", password);
}

function declare(connection: ConnectedArgs["connection"], rotation = "1"): void {
  stack.program = async () => {
    const { Claim, Database, Stakeholder } = project.integratedb;
    const database = new Database("shop", connection === undefined ? {} : { connection });
    const reporter = new Stakeholder("reporter", { database, rotation });
    new Claim("orders", { stakeholder: reporter, match: [{ path: "public.orders" }] });
    const { uri, password, awsSecretString, serviceBinding } = reporter;
    return { uri, password, awsSecretString, serviceBinding, columns: database.engineVersion };
  };
}

async function recorded(operation: Promise<Outcome>): Promise<Outcome> {
  const outcome = await operation;
  shown.push(outcome.output);
  for (const name of ["uri", "password"]) {
    const value = outcome.outputs[name];
    if (typeof value === "string") secrets.add(value);
  }
  return outcome;
}

/** Every file that Pulumi has written for the stack: state, history, backups. */
async function filesOfState(): Promise<string[]> {
  const entries = await readdir(join(project.folder, "state"), {
    recursive: true,
    withFileTypes: true,
  });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), "utf8")));
}

describe("secrets", () => {
  test("survive preview, up, update, rotation, refresh and a new admin password", async () => {
    declare(adminUrl("first-admin-secret"));
    await recorded(stack.preview());
    expect((await recorded(stack.up())).ok).toBe(true);
    declare(secret(adminUrl("first-admin-secret")), "2");
    expect((await recorded(stack.up())).ok).toBe(true);
    await shop.sql("alter role reporter_a nologin");
    await recorded(stack.refresh());
    await recorded(stack.preview());
    expect(secrets.size).toBe(6);
  });

  test("are encrypted in everything that Pulumi keeps", async () => {
    const kept = [await stack.exportText(), ...(await filesOfState())].join("\n");
    expect(kept).toContain("public.orders");
    for (const value of secrets) expect(kept).not.toContain(value);
    expect(kept).not.toContain("SCRAM-SHA-256");
  });

  test("are not shown in the output of any operation", () => {
    for (const value of secrets) expect(shown.join("\n")).not.toContain(value);
  });

  test("are not in the server's log, whatever it logs", async () => {
    const log = await readFile(postgres.logFile, "utf8");
    expect(log).toContain("integratedb.rotate_login");
    const made = log.split("\n").filter((line) => !line.includes("create role admin"));
    for (const value of secrets) expect(made.join("\n")).not.toContain(value);
  });

  test("are not in the error of a connection that fails, nor is a stack trace", async () => {
    declare(adminUrl("third-admin-secret"));
    secrets.add("third-admin-secret");
    const preview = await recorded(stack.preview());
    const up = await recorded(stack.up());
    for (const { ok, output: text } of [preview, up]) {
      expect(ok).toBe(false);
      expect(text).toContain("IDB1103 Postgres says (admin@127.0.0.1:");
      expect(text).not.toContain("third-admin-secret");
      expect(text).not.toMatch(/\n\s+at .*:\d+:\d+/);
    }
  });

  test("that changed are used at once: an admin's new password replaces nothing", async () => {
    await shop.sql("alter role admin password 'second-admin-secret'");
    declare(adminUrl("second-admin-secret"), "2");
    expect((await recorded(stack.up())).changes).toEqual({ same: 3, update: 3 });
    const destroy = await recorded(stack.destroy());
    expect(destroy.ok, destroy.output).toBe(true);
    for (const value of secrets) expect(shown.join("\n")).not.toContain(value);
  });

  test("that are unknown in a preview are waited for, and no server is asked of them", async () => {
    const log = await readFile(postgres.logFile, "utf8");
    stack.program = async () => {
      const { Claim, Database, Stakeholder } = project.integratedb;
      const other = new Database("other", { connection: adminUrl("second-admin-secret") });
      const first = new Stakeholder("first", { database: other });
      const connection = first.uri.apply(() => adminUrl("second-admin-secret"));
      const database = new Database("shop", { connection });
      const stakeholder = new Stakeholder("reporter", { database });
      const path = output(first.uri).apply(() => "public.orders");
      new Claim("orders", { stakeholder, match: [{ path }] });
    };
    const preview = await stack.preview();
    expect(preview.ok, preview.output).toBe(true);
    expect(preview.output).toMatch(/columns +: \[unknown\]/);
    const asked = (await readFile(postgres.logFile, "utf8")).slice(log.length);
    // Of `first` alone, about which everything is known.
    expect(asked.match(/integratedb\.preview_rotation/g)).toHaveLength(1);
    expect(asked).not.toMatch(/reporter|public\.orders/);
  });
});
