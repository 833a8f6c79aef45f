import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { secret } from "@pulumi/pulumi";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { scramVerifier } from "../../provider/runtime/scram.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { catalogOf } from "./catalog.ts";
import { type PackedProject, packedProject } from "./packed-project.ts";
import { placeholders, releasedProgram, releasedStack } from "./released-program.ts";
import { type Shop, withShop } from "./shop.ts";
import { type StateResource, type TestStack, testStack } from "./stack.ts";

const folder = fileURLToPath(new URL("states", import.meta.url));
const releases = (await readdir(folder)).map((name) => name.replace(/\.json$/, ""));

/** The password that the kept state is filled in with. */
const password = "released-password";

let postgres: Postgres;
let project: PackedProject;
let shop: Shop;
let before: string;

beforeAll(async () => {
  [postgres, project] = await Promise.all([startPostgres(18), packedProject()]);
});
afterAll(async () => {
  await Promise.all([postgres.stop(), project.remove()]);
});
beforeEach(async () => {
  shop = await withShop(postgres);
  before = await catalogOf(shop);
});

/** A stack with the state of a release, over a database in which that release's engine worked. */
async function stackOf(release: string): Promise<TestStack> {
  const installer = await testStack(project, "installer");
  installer.program = async () => {
    const connection = secret(shop.url);
    const policy = { sensitive: ["public.customers.email"] };
    new project.integratedb.Database("shop", { connection, policy });
  };
  const installed = await installer.up();
  expect(installed.ok, installed.output).toBe(true);
  const text = (await readFile(`${folder}/${release}.json`, "utf8"))
    .replaceAll(placeholders.connection, shop.url)
    .replaceAll(placeholders.password, password);
  const deployment: { resources: StateResource[] } = JSON.parse(text);
  const match = deployment.resources.find(({ inputs }) => inputs?.["match"])?.inputs?.["match"];
  await shop.sql("select integratedb.put_stakeholder('reporter')");
  await shop.sql("select integratedb.rotate_login('reporter', $1)", [
    await scramVerifier(password),
  ]);
  await shop.sql("select integratedb.put_claim('reporter', 'reporter-orders', $1)", [{ match }]);

  const stack = await testStack(project, releasedStack);
  await stack.importState(deployment);
  stack.program = releasedProgram(project, shop.url);
  return stack;
}

describe.each(releases)("state written by %s", (release) => {
  test("is refreshed, updated and destroyed by this release", async () => {
    const stack = await stackOf(release);
    const refresh = await stack.refresh();
    expect(refresh.ok, refresh.output).toBe(true);
    const up = await stack.up();
    expect(up.ok, up.output).toBe(true);
    expect(up.changes).not.toHaveProperty("create");
    expect(up.changes).not.toHaveProperty("delete");
    const uri = postgres.url(shop.name, "reporter_a", password);
    expect(await shop.sqlAs(uri, "select id from orders")).toHaveLength(1);

    const destroy = await stack.destroy();
    expect(destroy.ok, destroy.output).toBe(true);
    expect(await catalogOf(shop)).toBe(before);
  });

  test("is destroyed by this release without an up before", async () => {
    const stack = await stackOf(release);
    const destroy = await stack.destroy();
    expect(destroy.ok, destroy.output).toBe(true);
    expect(await catalogOf(shop)).toBe(before);
  });
});
