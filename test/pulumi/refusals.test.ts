import { secret } from "@pulumi/pulumi";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ClaimArgs, Database, DatabaseArgs } from "../../components/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { catalogOf } from "./catalog.ts";
import { type PackedProject, packedProject } from "./packed-project.ts";
import { type Shop, withShop } from "./shop.ts";
import { type TestStack, testStack } from "./stack.ts";

let postgres: Postgres;
let project: PackedProject;
let shop: Shop;
let stack: TestStack;
let stacks = 0;

beforeAll(async () => {
  [postgres, project] = await Promise.all([startPostgres(14), packedProject()]);
});
afterAll(async () => {
  await Promise.all([postgres.stop(), project.remove()]);
});
beforeEach(async () => {
  stacks += 1;
  shop = await withShop(postgres);
  stack = await testStack(project, `refusals-${stacks}`);
});

function declare(declareOn: (database: Database) => void, args?: DatabaseArgs): void {
  stack.program = async () => {
    const connection = secret(shop.url);
    declareOn(new project.integratedb.Database("shop", { connection, ...args }));
  };
}

function claiming(match: ClaimArgs["match"], args?: DatabaseArgs): void {
  declare((database) => {
    const { Claim, Stakeholder } = project.integratedb;
    const stakeholder = new Stakeholder("reporter", { database });
    new Claim("orders", { stakeholder, match: match ?? [] });
  }, args);
}

describe("a claim that the database cannot meet", () => {
  test("fails in preview at its property, with what is there instead", async () => {
    const before = await catalogOf(shop);
    claiming([{ path: "public.orders", fields: ["id", "statuz"] }]);
    const first = await stack.preview();
    expect(first.ok).toBe(false);
    expect(first.output).toContain(
      "'orders': property match[0].fields[1] value {<nil>} has a problem: " +
        "IDB2002 public.orders has no column statuz; did you mean status?",
    );
    expect(await catalogOf(shop)).toBe(before);

    claiming([], {});
    expect((await stack.up()).ok).toBe(true);
    const installed = await catalogOf(shop);
    claiming([
      { path: "public.order" },
      { path: "public.orders", fields: [{ name: "total", type: "integer" }] },
    ]);
    const second = await stack.preview();
    expect(second.output).toContain("there is no table public.order; did you mean public.orders?");
    expect(second.output).toContain("public.orders.total is claimed as integer and is numeric");
    expect(second.output).toContain("match[1].fields[0]");
    expect(await catalogOf(shop)).toBe(installed);
    expect((await stack.destroy()).ok).toBe(true);
  });

  test("that is malformed is refused at its property, known or not", async () => {
    declare((database) => {
      const { Claim, Stakeholder } = project.integratedb;
      const stakeholder = new Stakeholder("reporter", { database });
      const match = [
        { path: "public.orders", fields: ["id", { name: "status", kind: "text" }] },
        { path: 3 },
      ];
      new Claim("orders", { stakeholder, document: { match } });
    });
    const preview = await stack.preview();
    expect(preview.output).toContain('IDB1201 match[0].fields[1]: unknown key "kind"');
    expect(preview.output).toContain("IDB1201 match[1].path: invalid input: expected string");
  });

  test("because of policy is refused, and a wildcard passes over what is sensitive", async () => {
    const policy = { sensitive: ["public.customers.email"], rules: [] };
    claiming([{ path: "public.customers", fields: ["*"] }], { policy });
    const up = await stack.up();
    expect(up.ok, up.output).toBe(true);
    const denied = { rules: [{ effect: "deny", path: "public.orders" } as const] };
    claiming([{ path: "public.customers", fields: ["*"] }], { policy: denied });
    expect((await stack.up()).changes).toMatchObject({ update: 2 });
    claiming([{ path: "public.orders", fields: ["id"] }], { policy: denied });
    const preview = await stack.preview();
    expect(preview.ok).toBe(false);
    expect(preview.output).toContain("IDB2005 policy does not let reporter claim public.orders");

    // What the old policy forbids and the new one of the same program does not, is no failure.
    claiming([{ path: "public.orders", fields: ["id"] }]);
    const allowed = await stack.preview();
    expect(allowed.ok, allowed.output).toBe(true);
    expect((await stack.destroy()).ok).toBe(true);
  });
});

describe("names that are hostile", () => {
  test("are refused for a stakeholder", async () => {
    declare((database) => {
      new project.integratedb.Stakeholder("reporter-app", { database });
    });
    const preview = await stack.preview();
    expect(preview.ok).toBe(false);
    expect(preview.output).toContain("IDB1201 name: must begin with a letter or _");
  });

  test("of tables and columns are claimed as they are", async () => {
    await shop.sql('create schema "my.schema"');
    await shop.sql('create table "my.schema"."Select ""x""" ("Größe" int, "a.b" text)');
    claiming([{ path: '"my.schema"."Select ""x"""', fields: ["Größe", "a.b"] }]);
    const up = await stack.up();
    expect(up.ok, up.output).toBe(true);
    const [claimed] = (await stack.resources()).filter(({ type }) => type.endsWith(":Claim"));
    expect(claimed).toBeDefined();
    expect((await stack.preview()).changes).toEqual({ same: 6 });
    expect((await stack.destroy()).ok).toBe(true);
  });
});

describe("an up that fails half-way", () => {
  test("leaves nothing half-made, and goes on where it stopped", async () => {
    const before = await catalogOf(shop);
    await shop.sql("create role taken");
    declare((database) => {
      const { Claim, Stakeholder } = project.integratedb;
      const first = new Stakeholder("first", { database });
      new Claim("first-orders", { stakeholder: first, match: [{ path: "public.orders" }] });
      const second = new Stakeholder("taken", { database });
      new Claim("taken-orders", { stakeholder: second, match: [{ path: "public.orders" }] });
    });
    const failed = await stack.up();
    expect(failed.ok).toBe(false);
    expect(failed.output).toContain("IDB3002 the role taken exists and was not made");
    expect(failed.output).not.toMatch(/\n\s+at .*:\d+:\d+/);
    const there = await shop.sql("select stakeholder from integratedb.stakeholders");
    expect(there).toEqual([{ stakeholder: "first" }]);

    await shop.sql("drop role taken");
    const up = await stack.up();
    expect(up.ok, up.output).toBe(true);
    expect((await stack.destroy()).ok).toBe(true);
    expect(await catalogOf(shop)).toBe(before);
  });
});

describe("what another program registered", () => {
  test("is not taken over, unless it is adopted", async () => {
    claiming([]);
    expect((await stack.up()).ok).toBe(true);
    const other = await testStack(project, `other-${stacks}`);
    const adopting = (adopt: boolean) => async () => {
      const { Claim, Database, Stakeholder } = project.integratedb;
      const database = Database.existing("shop", { connection: secret(shop.url) });
      const stakeholder = new Stakeholder("reporter", { database, adopt });
      const match = [{ path: "public.orders" }];
      new Claim("orders", { stakeholder, match });
    };
    other.program = adopting(false);
    const refused = await other.up();
    expect(refused.output).toContain("IDB1203 The database already has a stakeholder reporter");
    other.program = adopting(true);
    const adopted = await other.up();
    expect(adopted.ok, adopted.output).toBe(true);
    expect(await shop.sql("select spec from integratedb.claims")).toEqual([
      { spec: { match: [{ path: "public.orders" }] } },
    ]);

    expect((await other.destroy()).ok).toBe(true);
    expect((await stack.destroy()).ok).toBe(true);
  });

  test("keeps the engine in place until it is gone", async () => {
    declare(() => undefined);
    expect((await stack.up()).ok).toBe(true);
    await shop.sql("select integratedb.put_stakeholder('theirs')");
    const refused = await stack.destroy();
    expect(refused.ok).toBe(false);
    expect(refused.output).toContain("IDB1204 The database still has stakeholders of other");

    declare(() => undefined, { deletion: "cascade" });
    expect((await stack.up()).ok).toBe(true);
    expect((await stack.destroy()).ok).toBe(true);
    expect(await shop.sql("select from pg_roles where rolname = 'theirs'")).toEqual([]);
  });
});
