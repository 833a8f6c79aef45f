import { secret } from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClaimArgs, StakeholderArgs } from "../../components/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { catalogOf } from "./catalog.ts";
import { type PackedProject, packedProject } from "./packed-project.ts";
import { type Shop, withShop } from "./shop.ts";
import { type TestStack, testStack } from "./stack.ts";

let postgres: Postgres;
let project: PackedProject;
let shop: Shop;
let stack: TestStack;
let before: string;

beforeAll(async () => {
  [postgres, project] = await Promise.all([startPostgres(18), packedProject()]);
  shop = await withShop(postgres);
  stack = await testStack(project, "life");
  before = await catalogOf(shop);
});
afterAll(async () => {
  await Promise.all([postgres.stop(), project.remove()]);
});

interface Variation {
  readonly reporter?: Omit<StakeholderArgs, "database">;
  readonly match?: ClaimArgs["match"];
}

/** The program at the top of the documentation, or a variation of it. */
function declare({ reporter, match }: Variation = {}): void {
  stack.program = async () => {
    const { Claim, Database, Stakeholder } = project.integratedb;
    const database = new Database("shop", { connection: secret(shop.url) });
    const stakeholder = new Stakeholder("reporter", { database, ...reporter });
    new Claim("reporter-orders", {
      stakeholder,
      match: match ?? [
        { path: "public.orders", fields: ["*"] },
        { path: "public.customers", fields: ["id", { name: "email", type: "text" }] },
      ],
    });
    return {
      uri: stakeholder.uri,
      username: stakeholder.username,
      version: database.engineVersion,
    };
  };
}

/** The credentials that the stack has handed out, by the order of handing them out. */
const uris: string[] = [];
const currentUri = (): string => uris.at(-1) ?? "";

describe("the life of a stack", () => {
  test("a preview shows every column, before there is an engine, and changes nothing", async () => {
    declare();
    const preview = await stack.preview();
    expect(preview.output).toMatch(
      /public\.orders\.status *: {\s+nullable: false\s+type *: "varchar\(20\)"/,
    );
    expect(preview.output).toMatch(/public\.customers\.email *: {/);
    expect(preview.output).not.toMatch(/public\.customers\.name/);
    expect(await catalogOf(shop)).toBe(before);
  });

  test("an up hands out credentials that read what is claimed and nothing else", async () => {
    const up = await stack.up();
    expect(up.ok, up.output).toBe(true);
    uris.push(String(up.outputs["uri"]));
    expect(up.outputs).toMatchObject({ username: "reporter_a", version: "0.2.0" });
    expect(await shop.sqlAs(currentUri(), "select status from orders")).toEqual([
      { status: "open" },
    ]);
    const refused = shop.sqlAs(currentUri(), "select name from customers");
    await expect(refused).rejects.toThrow("permission denied");
  });

  test("the state has each resource in its component, and nothing of the components' arguments", async () => {
    const resources = await stack.resources();
    const named = (name: string) => resources.find(({ urn }) => urn.endsWith(`::${name}`));
    expect(named("shop-engine")?.parent).toBe(named("shop")?.urn);
    expect(named("reporter-stakeholder")?.parent).toBe(named("reporter")?.urn);
    expect(named("reporter-orders")?.type).toBe("pulumi-nodejs:dynamic/integratedb:Claim");
    for (const component of ["shop", "reporter"]) expect(named(component)?.inputs).toBeUndefined();
  });

  test("a second up changes nothing", async () => {
    const catalog = await catalogOf(shop);
    const up = await stack.up();
    expect(up.changes).toEqual({ same: 6 });
    expect(await catalogOf(shop)).toBe(catalog);
  });

  test("a changed claim is previewed column by column, and its grants follow", async () => {
    const catalog = await catalogOf(shop);
    declare({ match: [{ path: "public.orders", fields: ["id"] }, { path: "public.invoices" }] });
    const preview = await stack.preview();
    expect(preview.output).toMatch(/- public\.orders\.status *: {/);
    expect(preview.output).toMatch(/\+ public\.invoices *: {/);
    expect(await catalogOf(shop)).toBe(catalog);

    const up = await stack.up();
    expect(up.changes).toEqual({ same: 5, update: 1 });
    expect(await shop.sqlAs(currentUri(), "select id from orders")).toHaveLength(1);
    const refused = shop.sqlAs(currentUri(), "select status from orders");
    await expect(refused).rejects.toThrow("permission denied");
    declare();
    await stack.up();
  });

  test("a migration's new column appears in the next preview as what the claim now covers", async () => {
    await shop.sql(`begin; alter table orders add note text;
      select integratedb_validate_migration(); commit`);
    expect(await shop.sqlAs(currentUri(), "select note from orders")).toHaveLength(1);
    const preview = await stack.preview();
    expect(preview.output).toMatch(/\+ public\.orders\.note *: {/);
  });

  test("a rotation makes a new password while the old one works until the next", async () => {
    declare({ reporter: { rotation: "1" } });
    const first = await stack.up();
    uris.push(String(first.outputs["uri"]));
    expect(first.outputs).toMatchObject({ username: "reporter_b" });
    for (const uri of uris) expect(await shop.sqlAs(uri, "select 1 from orders")).toHaveLength(1);

    declare({ reporter: { rotation: "2" } });
    uris.push(String((await stack.up()).outputs["uri"]));
    const [oldest = "", ...inUse] = uris;
    for (const uri of inUse) expect(await shop.sqlAs(uri, "select 1 from orders")).toHaveLength(1);
    await expect(shop.sqlAs(oldest, "select 1")).rejects.toThrow("password authentication failed");
  });

  test("a refresh finds what was changed by hand, and the next up repairs it", async () => {
    const catalog = await catalogOf(shop);
    await shop.sql(`revoke select (status) on orders from reporter;
      grant select on invoices to reporter; grant usage on schema public to reporter`);
    expect((await stack.refresh()).changes).toMatchObject({ update: 2 });
    const preview = await stack.preview();
    expect(preview.output).toMatch(/- +\[0\]: "extra right: public.invoices"/);
    expect(preview.output).toMatch(/- +\[1\]: "missing right: public.orders.status"/);
    expect(preview.output).toMatch(/\+ public\.orders\.status *: {/);

    expect((await stack.up()).changes).toEqual({ same: 4, update: 2 });
    expect(await catalogOf(shop)).toBe(catalog);
    expect((await stack.refresh()).changes).toEqual({ same: 6 });
  });

  test("a login that was dropped is made again, with a new password", async () => {
    await shop.sql("drop owned by reporter_a; drop role reporter_a");
    expect((await stack.refresh()).changes).toMatchObject({ update: 1 });
    const up = await stack.up();
    expect(up.ok, up.output).toBe(true);
    uris.push(String(up.outputs["uri"]));
    expect(await shop.sqlAs(currentUri(), "select 1 from orders")).toHaveLength(1);
  });

  test("a claim that was deleted by hand is made again", async () => {
    await shop.sql("select integratedb.delete_claim('reporter', 'reporter-orders')");
    expect((await stack.refresh()).changes).toMatchObject({ delete: 1 });
    expect((await stack.up()).changes).toMatchObject({ create: 1 });
    expect(await shop.sqlAs(currentUri(), "select 1 from orders")).toHaveLength(1);
  });

  test("a renamed stakeholder keeps its claims and gets new credentials", async () => {
    declare({ reporter: { rotation: "2", name: "Analyst" } });
    const up = await stack.up();
    expect(up.ok, up.output).toBe(true);
    expect(up.outputs).toMatchObject({ username: "analyst_a" });
    uris.push(String(up.outputs["uri"]));
    expect(await shop.sqlAs(currentUri(), "select status from orders")).toHaveLength(1);
  });

  test("a destroy leaves the database as it was", async () => {
    const destroy = await stack.destroy();
    expect(destroy.ok, destroy.output).toBe(true);
    await shop.sql("alter table orders drop note");
    const left = (await catalogOf(shop)).split("\n").filter((line) => !before.includes(line));
    expect(left).toEqual([]);
  });
});
