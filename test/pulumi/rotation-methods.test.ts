import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closePools } from "../../provider/runtime/connection.ts";
import {
  type DeliveredEntry,
  delivering,
  forgetDelivery,
} from "../../provider/runtime/delivery.ts";
import { database, stakeholder } from "../../provider/runtime/v1/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { type Shop, withShop } from "./shop.ts";

let postgres: Postgres;
let shop: Shop;

beforeAll(async () => {
  postgres = await startPostgres(18);
  shop = await withShop(postgres);
  await database.create({ connection: shop.url });
});
afterAll(async () => {
  await closePools();
  await postgres.stop();
});

type Inputs = Parameters<typeof stakeholder.create>[0];
type State = Awaited<ReturnType<typeof stakeholder.update>>["outs"];

/** A stakeholder in a stack: its state, and three stores that hold what `up` brings to them. */
class Application {
  readonly inputs: Inputs;
  state: State | undefined;
  readonly stores = new Map<string, { uri: string; version: number }>();

  constructor(name: string, inputs: object) {
    this.inputs = { connection: shop.url, name, ...inputs };
  }

  /**
   * An `up` of a program that says `rotation`.
   *
   * @param ends where it comes to its end: with the answer of the stakeholder's method, which Pulumi
   * keeps or loses, or when so many stores have been written
   */
  async up(rotation: unknown, ends: "answer lost" | number = 3): Promise<string | undefined> {
    const said = { ...this.inputs, rotation } as Inputs;
    const { inputs, failures = [] } = await stakeholder.check(this.state, said);
    expect(failures).toEqual([]);
    const before = this.state;
    const answer =
      before === undefined
        ? await stakeholder.create(inputs)
        : (await stakeholder.diff("id", before, inputs)).changes
          ? await stakeholder.update("id", before, inputs)
          : { outs: before };
    if (ends === "answer lost") return inputs.rotationDue;
    this.state = answer.outs;
    const { uri, version } = answer.outs as { uri: string; version: number };
    for (const store of ["one", "two", "three"].slice(0, ends)) {
      if (this.stores.get(store)?.version === version) continue;
      await delivering(
        this.entry(store),
        this.stores.has(store) ? this.entry(store) : undefined,
        async () => {
          this.stores.set(store, { uri, version });
        },
      );
    }
    return inputs.rotationDue;
  }

  /** An entry as its provider knows it, which is to hold the newest credentials in state. */
  entry(name: string): DeliveredEntry {
    const { name: stakeholder } = this.inputs;
    const version = Number(this.state?.version);
    const delivery = { connection: shop.url, stakeholder, version };
    return { store: "awsSecret", name, settings: { region: "eu-central-1" }, delivery };
  }

  /** Every store holds credentials that work. */
  async expectToWork(): Promise<void> {
    for (const { uri } of this.stores.values()) await shop.sqlAs(uri, "select 1");
  }

  async currentLogin(): Promise<unknown> {
    const text = "select login from integratedb.stakeholders where stakeholder = $1";
    return (await shop.sql(text, [this.inputs.name]))[0]?.["login"];
  }
}

let applications = 0;
let app: Application;

function newApplication(inputs: object = {}): Application {
  applications += 1;
  return new Application(`app_${applications}`, inputs);
}

beforeEach(async () => {
  app = newApplication();
  await app.up("1");
});

describe("a rotation that is interrupted", () => {
  test("before its answer is kept is made again by the next up", async () => {
    await app.up("2", "answer lost");
    await app.expectToWork();
    await app.up("2");
    await app.expectToWork();
    expect(await app.currentLogin()).toBe(app.state?.username);
    expect(app.stores.get("three")?.version).toBe(3);
    expect(
      (await stakeholder.diff("id", app.state as State, { ...app.inputs, rotation: "2" })).changes,
    ).toBe(false);
  });

  test.each([0, 1, 2])(
    "when %i of 3 stores have it is finished by the next up",
    async (written) => {
      await app.up("2", written);
      await app.expectToWork();
      expect(await app.currentLogin()).toBe(`${app.inputs.name}_a`);
      expect(await app.up("2")).toBeUndefined();
      await app.expectToWork();
      expect(await app.currentLogin()).toBe(`${app.inputs.name}_b`);
      expect(app.state?.version).toBe(2);
    },
  );

  test.each([0, 1, 2])(
    "when %i of 3 stores have it is finished before the next rotation",
    async (written) => {
      await app.up("2", written);
      const due = await app.up("3", 2);
      expect(due).toMatch(
        /^to "3", once the rotation before has reached .*AWS Secrets Manager three/,
      );
      await app.expectToWork();
      expect(await app.up("3")).toMatch(/^to "3"/);
      await app.expectToWork();
      expect(await app.up("3")).toMatch(/^to "3"$/);
      await app.expectToWork();
      expect(app.state?.version).toBe(3);
      expect(await app.up("3")).toBeUndefined();
    },
  );

  test("between a store's write and its record is finished by the next up", async () => {
    await app.up("2", 2);
    const { uri, version } = app.state as { uri: string; version: number };
    const entry = app.entry("three");
    const killed = delivering(entry, entry, async () => {
      app.stores.set("three", { uri, version });
      throw new Error("killed");
    });
    await expect(killed).rejects.toThrow("killed");
    await app.up("3", 0);
    await app.expectToWork();
    await delivering(entry, entry, async () => undefined);
    await app.up("3");
    await app.expectToWork();
    expect(app.state?.version).toBe(3);
  });

  test("with a store that was announced, and not written, resets nothing that a store may hold", async () => {
    const text =
      "select integratedb.put_delivery($1, 'AWS Secrets Manager', 'four (eu-central-1)')";
    await shop.sql(text, [app.inputs.name]);
    app.stores.set("four", { uri: app.state?.uri ?? "", version: 1 });
    await app.up("2");
    await app.up("3");
    await app.expectToWork();
    await forgetDelivery(app.entry("four"));
    app.stores.delete("four");
    await app.up("3");
    await app.expectToWork();
    expect(app.state?.version).toBe(3);
  });
});

test("an entry that could not be made, and is in no state, is waited for by nobody", async () => {
  const refused = delivering(app.entry("four"), undefined, async () => {
    throw new Error("refused");
  });
  await expect(refused).rejects.toThrow("refused");
  await app.up("2");
  await app.up("3");
  expect(app.state?.version).toBe(3);
});

test("an entry that moves to another stakeholder is waited for there alone", async () => {
  const other = newApplication();
  await other.up("1", 0);
  await delivering(other.entry("one"), app.entry("one"), async () => undefined);
  app.stores.delete("one");
  const rows = await shop.sql(
    "select stakeholder from integratedb.deliveries where entry like 'one %' and stakeholder in ($1, $2)",
    [app.inputs.name, other.inputs.name],
  );
  expect(rows).toEqual([{ stakeholder: other.inputs.name }]);
});

describe("a rotation by age", () => {
  const aged = (name: string) =>
    shop.sql(
      `update integratedb.login set rotated_at = '2026-01-01 10:00:00Z'
       where stakeholder_id = (select id from integratedb.stakeholder where name = $1)`,
      [name],
    );

  test("is due after its time, and done by the next up once", async () => {
    const old = newApplication();
    await old.up({ every: "30d" });
    expect(await old.up({ every: "30d" })).toBeUndefined();
    await aged(old.inputs.name);
    expect(await old.up({ every: "30d" })).toBe("since 2026-01-31 10:00 UTC (every 30d)");
    expect(old.state).toMatchObject({ version: 2, rotation: { every: "30d" } });
    expect(old.state).not.toHaveProperty("rotationDue");
    expect(await old.up({ every: "30d" })).toBeUndefined();
    await old.expectToWork();
  });

  test("that was interrupted before its answer was kept is done by the next up", async () => {
    const old = newApplication();
    await old.up({ every: "30d" });
    await aged(old.inputs.name);
    await old.up({ every: "30d" }, "answer lost");
    await old.up({ every: "30d" });
    await old.expectToWork();
    expect(old.state?.version).toBe(3);
  });

  test.each(["30", "0d", "d30", "30 d", "1y", "999999d"])("takes no period %j", async (every) => {
    const { failures } = await stakeholder.check({}, { ...app.inputs, rotation: { every } });
    expect(failures).toEqual([
      { property: "rotation.every", reason: expect.stringMatching(/^IDB1201 .*such as "30d"/) },
    ]);
  });
});

test("the number 1 is the same rotation as the text", async () => {
  expect(await app.up(1)).toBeUndefined();
  expect(await app.up(2)).toBe('to "2"');
});

test("state of release 0.1.0 gets its version, and keeps its credentials", async () => {
  const { version: _, ...old } = app.state as State & { version: number };
  app.state = old as State;
  const uri = app.state.uri;
  await app.up("1");
  expect(app.state).toMatchObject({ version: 1, uri });
});

test("a revocation makes the next up hand out a new login", async () => {
  await shop.sql("select integratedb.revoke_logins($1)", [app.inputs.name]);
  await expect(app.expectToWork()).rejects.toThrow(/authentication failed|not permitted/);
  expect(await app.up("1")).toBe("the logins were revoked");
  await app.expectToWork();
  expect(await app.up("1")).toBeUndefined();
});

describe("retire", () => {
  test("closes the old login with the last store, and the next rotation opens it again", async () => {
    const retiring = newApplication({ retire: true });
    await retiring.up("1");
    const first = retiring.state?.uri ?? "";
    await retiring.up("2", 2);
    await shop.sqlAs(first, "select 1");
    await retiring.up("2");
    await expect(shop.sqlAs(first, "select 1")).rejects.toThrow(
      /authentication failed|not permitted/,
    );
    await retiring.expectToWork();
    await retiring.up("3");
    await retiring.expectToWork();
  });

  test("closes the old login by the next up where no store is declared", async () => {
    const retiring = newApplication({ retire: true });
    await retiring.up("1", 0);
    const first = retiring.state?.uri ?? "";
    await retiring.up("2", 0);
    await shop.sqlAs(first, "select 1");
    expect(await retiring.up("2", 0)).toBe(`the login ${retiring.inputs.name}_a retires`);
    await expect(shop.sqlAs(first, "select 1")).rejects.toThrow(
      /authentication failed|not permitted/,
    );
    await shop.sqlAs(retiring.state?.uri ?? "", "select 1");
    expect(await retiring.up("2", 0)).toBeUndefined();
  });
});
