import { ComponentResource, secret } from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Postgres, startPostgres } from "../postgres.ts";
import { catalogOf } from "./catalog.ts";
import { type PackedProject, packedProject } from "./packed-project.ts";
import { type Shop, withShop } from "./shop.ts";
import { testStack } from "./stack.ts";

let postgres: Postgres;
let project: PackedProject;

beforeAll(async () => {
  [postgres, project] = await Promise.all([startPostgres(18), packedProject()]);
});
afterAll(async () => {
  await Promise.all([postgres.stop(), project.remove()]);
});

const match = [{ path: "public.orders", fields: ["*"] }];

describe("two databases of one cluster", () => {
  test("share the role of a stakeholder, and either can let go of it first", async () => {
    const [first, second] = [await withShop(postgres), await withShop(postgres)];
    const before = [await catalogOf(first), await catalogOf(second)];
    const stack = await testStack(project, "cluster");
    const declare = (shops: Record<string, Shop>) => async () => {
      const { Claim, Database, Stakeholder } = project.integratedb;
      const uris = Object.entries(shops).map(([name, { url }]) => {
        const database = new Database(name, { connection: secret(url) });
        const stakeholder = new Stakeholder(`${name}-reporter`, { database, name: "reporter" });
        new Claim(`${name}-orders`, { stakeholder, name: "orders", match });
        return [name, stakeholder.uri];
      });
      return Object.fromEntries(uris);
    };

    stack.program = declare({ first, second });
    const up = await stack.up();
    expect(up.ok, up.output).toBe(true);
    const uriOf = (name: string) => String(up.outputs[name]);
    for (const shop of [first, second]) {
      const uri = uriOf(shop === first ? "first" : "second");
      expect(await shop.sqlAs(uri, "select status from orders")).toHaveLength(1);
    }
    expect(await first.sql("select from pg_roles where rolname = 'reporter'")).toHaveLength(1);

    stack.program = declare({ second });
    const released = await stack.up();
    expect(released.ok, released.output).toBe(true);
    expect(await second.sqlAs(uriOf("second"), "select status from orders")).toHaveLength(1);

    const destroy = await stack.destroy();
    expect(destroy.ok, destroy.output).toBe(true);
    expect([await catalogOf(first), await catalogOf(second)]).toEqual(before);
  });

  test("never take over a role that this package did not make", async () => {
    const shop = await withShop(postgres);
    await shop.sql("create role analyst login");
    const stack = await testStack(project, "taken");
    stack.program = async () => {
      const database = new project.integratedb.Database("shop", { connection: secret(shop.url) });
      new project.integratedb.Stakeholder("analyst", { database });
    };
    const up = await stack.up();
    expect(up.ok).toBe(false);
    expect(up.output).toContain("IDB3002 the role analyst exists");
    expect((await stack.destroy()).ok).toBe(true);
    expect(await shop.sql("select from pg_roles where rolname = 'analyst'")).toHaveLength(1);
  });
});

describe("an application's team", () => {
  test("declares its stakeholder as an operator, and can touch no other", async () => {
    const shop = await withShop(postgres);
    await shop.sql("create role checkout_deployer login password 'deployer'");
    const owners = await testStack(project, "owners");
    owners.program = async () => {
      new project.integratedb.Database("shop", {
        connection: secret(shop.url),
        operators: { checkout_deployer: "checkout*" },
      });
    };
    const installed = await owners.up();
    expect(installed.ok, installed.output).toBe(true);

    const team = await testStack(project, "team");
    const declare =
      (name: string, adopt = false) =>
      async () => {
        const { Claim, Database, Notification, Stakeholder } = project.integratedb;
        const connection = secret(postgres.url(shop.name, "checkout_deployer", "deployer"));
        const database = Database.existing("shop", { connection });
        const stakeholder = new Stakeholder("checkout", { database, name, adopt });
        new Claim("orders", { stakeholder, match });
        const channels = { live: { type: "socket", token: "s3cret-of-16-letters" } } as const;
        new Notification("orders", { stakeholder, match, channels });
        return { uri: stakeholder.uri };
      };
    team.program = declare("checkout");
    const preview = await team.preview();
    expect(preview.output).toMatch(/public\.orders\.status *: {/);
    const up = await team.up();
    expect(up.ok, up.output).toBe(true);
    expect(await shop.sqlAs(String(up.outputs["uri"]), "select id from orders")).toHaveLength(1);
    expect((await team.refresh()).changes).toEqual({ same: 6 });
    expect((await team.up()).changes).toEqual({ same: 6 });

    const heirs = await testStack(project, "heirs");
    heirs.program = declare("checkout", true);
    const adopted = await heirs.up();
    expect(adopted.ok, adopted.output).toBe(true);

    team.program = declare("payroll");
    const refused = await team.up();
    expect(refused.ok).toBe(false);
    expect(refused.output).toContain("IDB3007 checkout_deployer may not manage");
    team.program = declare("checkout");

    expect((await team.destroy()).ok).toBe(true);
    expect((await owners.destroy()).ok).toBe(true);
  });
});

describe("a database that goes away with its server", () => {
  test("takes its stakeholders and claims along without asking it", async () => {
    const shop = await withShop(postgres);
    const stack = await testStack(project, "server");
    stack.program = async () => {
      const { Claim, Database, Stakeholder } = project.integratedb;
      const server = new ComponentResource("test:index:Server", "server");
      const connection = secret(shop.url);
      const database = new Database("shop", { connection }, { deletedWith: server });
      const stakeholder = new Stakeholder("tenant", { database });
      new Claim("orders", { stakeholder, match });
    };
    const up = await stack.up();
    expect(up.ok, up.output).toBe(true);
    const resources = await stack.resources();
    const server = resources.find(({ urn }) => urn.endsWith("::server"))?.urn;
    for (const name of ["shop-engine", "tenant-stakeholder", "orders"]) {
      const resource = resources.find(({ urn }) => urn.endsWith(`::${name}`));
      expect(resource?.deletedWith, name).toBe(server);
    }
    // Nothing answers at the connection any more, and the destroy succeeds nevertheless.
    const neighbour = await withShop(postgres);
    await neighbour.sql(`alter database ${shop.name} allow_connections false`);
    const destroy = await stack.destroy();
    expect(destroy.ok, destroy.output).toBe(true);
  });
});

describe("a program with 200 claims", () => {
  test("opens at most four connections", async () => {
    const shop = await withShop(postgres);
    await shop.sql("create role counted login password 'counted' connection limit 4");
    const stack = await testStack(project, "many");
    stack.program = async () => {
      const { Claim, Database, Stakeholder } = project.integratedb;
      const connection = secret(postgres.url(shop.name, "counted", "counted"));
      const database = new Database("shop", { connection });
      const stakeholder = new Stakeholder("reporter", { database });
      for (let number = 1; number <= 200; number += 1) {
        new Claim(`orders-${number}`, { stakeholder, match });
      }
    };
    // A superuser would be let in beyond the limit; this role's fifth connection is an error.
    await shop.sql(`alter role counted createrole;
      alter database ${shop.name} owner to counted; alter table orders owner to counted`);
    const up = await stack.up();
    expect(up.ok, up.output).toBe(true);
    expect(await shop.sql("select count(*)::int from integratedb.claims")).toEqual([
      { count: 200 },
    ]);
  });
});
