import { once } from "node:events";
import { connect, createServer } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closePools } from "../../provider/runtime/connection.ts";
import { unknownValue } from "../../provider/runtime/unknown.ts";
import { claim, database, stakeholder } from "../../provider/runtime/v1/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { catalogOf } from "./catalog.ts";
import { type Shop, withShop } from "./shop.ts";

let postgres: Postgres;
let shop: Shop;

beforeAll(async () => {
  postgres = await startPostgres(18);
  shop = await withShop(postgres);
});
afterAll(async () => {
  await closePools();
  await postgres.stop();
});

/** A database of its own for each test that changes one. */
async function freshShop(): Promise<void> {
  shop = await withShop(postgres);
}

type ClaimInputs = Parameters<typeof claim.create>[0];

function claimOf(match: unknown, connection: unknown = shop.url): ClaimInputs {
  return { connection, stakeholder: "reporter", name: "orders", match } as ClaimInputs;
}

/** What `check` finds, as Pulumi shows it: `property: reason`. */
async function failuresOf(match: unknown, connection?: unknown): Promise<string[]> {
  const { failures } = await claim.check({}, claimOf(match, connection));
  return (failures ?? []).map(({ property, reason }) => `${property}: ${reason}`);
}

describe("a spec that is malformed", () => {
  test.each<[unknown, string]>([
    ["orders", "match: IDB1201 match: invalid input: expected array"],
    [null, "match: IDB1201 match: invalid input: expected array"],
    [[{}], "match[0].path: IDB1201 match[0].path: invalid input: expected string"],
    [[{ path: "public.orders", fields: "*" }], "match[0].fields: IDB1201"],
    [[{ path: "public.orders", fields: ["*", "id"] }], "match[0].fields: IDB2003"],
    [[{ path: "public.orders", fields: ["id", "id"] }], "match[0].fields[1]: IDB2003"],
    [[{ path: "orders" }], "match[0].path: IDB2003"],
    [[{ path: "a.b.c" }], "match[0].path: IDB2003"],
    [[{ path: "public.*", fields: ["id"] }], "match[0].path: IDB2003"],
    [[{ path: "pg_catalog.pg_class" }], "match[0].path: IDB2003"],
    [[{ path: "integratedb.claim" }], "match[0].path: IDB2003"],
    [[{ path: `public.${"a".repeat(64)}` }], "match[0].path: IDB2003"],
    [
      [{ path: "public.orders", fields: [{ name: "id", type: "in" }] }],
      "match[0].fields[0].type: IDB1201",
    ],
    [
      [{ path: "public.orders", fields: [{ name: "id", min_length: -1 }] }],
      "match[0].fields[0].min_length",
    ],
    [
      [{ path: "public.orders", fields: [{ name: "id", nullable: true }] }],
      "match[0].fields[0]: IDB1201",
    ],
    [[{ alternatives: [] }], "match[0].alternatives: IDB1201"],
    [
      [{ alternatives: [{ path: "public.orders", optional: true }] }],
      "match[0].alternatives[0]: IDB1201",
    ],
    [[{ path: 'public.x"; drop table orders; --' }], "match[0].path: IDB2003"],
  ])("is refused at its property: %j", async (match, failure) => {
    const before = await catalogOf(shop);
    const failures = await failuresOf(match);
    expect(failures.join("\n")).toContain(failure);
    expect(await catalogOf(shop)).toBe(before);
  });

  test("reports all of its problems at once", async () => {
    const match = [{ path: "public.nothing" }, { path: "public.orders", fields: ["no", "nor"] }];
    expect(await failuresOf(match)).toHaveLength(3);
  });

  test("is refused when it is enormous, in a sentence", async () => {
    const fields = Array.from({ length: 100_000 }, (_, number) => `column_${number}`);
    const many = await failuresOf([{ path: "public.orders", fields }]);
    expect(many).toHaveLength(1);
    expect(many[0]).toContain("IDB2004");
    const long = await failuresOf([{ path: "public.orders", fields: ["x".repeat(10_000_000)] }]);
    expect(long.join("").length).toBeLessThan(1_000);
    expect(long[0]).toContain("IDB2004");
  });

  test("is refused when it is nested without end", async () => {
    let nested: unknown[] = [];
    for (let depth = 0; depth < 50_000; depth += 1) nested = [nested];
    const failures = await failuresOf([{ path: "public.orders", fields: nested }]);
    expect(failures[0]).toContain("match[0].fields[0]: IDB1201");
  });
});

describe("an unknown input", () => {
  test("wherever it stands, leaves the columns unknown and asks no server", async () => {
    for (const match of [unknownValue, [unknownValue], [{ path: unknownValue }]]) {
      const { inputs, failures } = await claim.check({}, claimOf(match));
      expect(inputs).toMatchObject({ columns: unknownValue });
      expect(failures ?? []).toEqual([]);
    }
    const nowhere = { host: unknownValue, port: 1 };
    const { failures } = await claim.check({}, claimOf([], nowhere));
    expect(failures ?? []).toEqual([]);
  });
});

describe("other inputs that are malformed", () => {
  test("of a database are refused at their property", async () => {
    const inputs = {
      connection: shop.url,
      enforce: "always",
      policy: { rules: [{ effect: "maybe" }], sensitiv: [] },
    };
    const { failures } = await database.check({}, inputs as never);
    expect(failures?.map(({ property }) => property)).toEqual([
      "enforce",
      "policy.rules[0].effect",
      "policy",
    ]);
  });

  test.each(["reporter-app", 'x"; drop table orders; --', "1st", "ü", "a".repeat(33), "", 3, null])(
    "of a stakeholder include the name %j",
    async (name) => {
      const { failures } = await stakeholder.check({}, { connection: shop.url, name } as never);
      expect(failures).toEqual([{ property: "name", reason: expect.stringMatching(/^IDB1201 /) }]);
    },
  );

  test("that hold a secret are refused without showing it", async () => {
    const connection = { host: "db", password: "secret", port: "secret" };
    const checks = [
      await database.check({}, { connection } as never),
      await claim.check({}, claimOf([], connection)),
      await stakeholder.check({}, { connection, name: "x", rotation: 3 } as never),
    ];
    for (const { failures = [] } of checks) {
      expect(failures.length).toBeGreaterThan(0);
      expect(failures.map(({ property }) => property)).not.toContain("connection");
      expect(JSON.stringify(failures)).not.toContain("secret");
    }
  });
});

describe("a server", () => {
  beforeEach(freshShop);

  test("that cannot be reached is tried once for all claims of a process", async () => {
    const connection = "postgresql://postgres:secret@127.0.0.1:1/shop";
    const [first, second] = [await failuresOf([], connection), await failuresOf([], connection)];
    expect(first).toEqual([expect.stringContaining(": IDB1102 No answer from")]);
    expect(second).toEqual(first);
    expect(first.join("")).not.toContain("secret");
  });

  test("that is read-only is left alone", async () => {
    await shop.sql(`alter database ${shop.name} set default_transaction_read_only = on`);
    const before = await catalogOf(shop);
    const creating = database.create({ connection: shop.url });
    await expect(creating).rejects.toThrow(/IDB1002 .*read-only/);
    expect(await catalogOf(shop)).toBe(before);
  });

  test("that goes away in the middle leaves the database as it was", async () => {
    await database.create({ connection: shop.url });
    await stakeholder.create({ connection: shop.url, name: "reporter" });
    const before = await catalogOf(shop);
    const relay = createServer((socket) => {
      const upstream = connect(postgres.port, postgres.host);
      socket.pipe(upstream);
      upstream.pipe(socket);
      for (const end of [socket, upstream]) end.on("error", () => undefined);
      socket.on("data", (data) => {
        if (data.includes("put_claim")) socket.destroy();
      });
    });
    relay.listen(0, "127.0.0.1");
    await once(relay, "listening");
    const address = relay.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const connection = shop.url.replace(/:\d+\/shop/, `:${port}/shop`);
    const creating = claim.create(claimOf([{ path: "public.orders" }], connection));
    await expect(creating).rejects.toThrow(/IDB1106 .*Run the same command again/);
    relay.close();
    expect(await catalogOf(shop)).toBe(before);
  });

  test("on which the role has no rights says what is missing, with the statement", async () => {
    await shop.sql("create role powerless login password 'powerless'");
    const before = await catalogOf(shop);
    const connection = postgres.url(shop.name, "powerless", "powerless");
    const creating = database.create({ connection });
    await expect(creating).rejects.toThrow(/IDB1004 .*GRANT CREATE ON DATABASE/s);
    expect(await catalogOf(shop)).toBe(before);
  });

  test("without an engine refuses a claim, and has nothing to refresh or to delete", async () => {
    await expect(claim.create(claimOf([]))).rejects.toThrow("IDB1111");
    expect(await claim.read("id", claimOf([]))).toEqual({ id: "" });
    await expect(claim.delete("id", claimOf([]))).resolves.toBeUndefined();
    const reporter = { connection: shop.url, name: "reporter" };
    expect(await stakeholder.read("id", reporter)).toEqual({ id: "" });
    await expect(stakeholder.delete("id", reporter)).resolves.toBeUndefined();
    const installed = { connection: shop.url, installed: true };
    expect(await database.read("id", installed)).toEqual({ id: "" });
    for (const each of [installed, { connection: shop.url, policy: {}, operators: { a: "b" } }]) {
      await expect(database.delete("id", each)).resolves.toBeUndefined();
    }
  });

  test("answers an error of its own with its message, and never with a stack trace", async () => {
    const error = await claim.create(claimOf([])).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    const shown = `${error}: ${(error as Error).stack}`;
    expect(shown).toMatch(/^IntegrateDB: IDB1111 /);
    expect(shown).not.toMatch(/\n\s+at /);
  });
});

describe("grants", () => {
  beforeEach(freshShop);

  test("never flicker: a reader of columns that stay never fails while a claim changes", async () => {
    await database.create({ connection: shop.url });
    const made = await stakeholder.create({ connection: shop.url, name: "reporter" });
    const wide = claimOf([{ path: "public.orders", fields: ["*"] }]);
    const narrow = claimOf([{ path: "public.orders", fields: ["id", "status"] }]);
    await claim.create(narrow);
    const { uri } = made.outs as { uri: string };
    const reader = new pg.Client({ connectionString: uri });
    await reader.connect();
    let reads = 0;
    let changing = true;
    const reading = (async () => {
      while (changing) {
        await reader.query("select id, status from orders");
        reads += 1;
      }
    })();
    for (let round = 0; round < 10; round += 1) {
      await claim.update("id", narrow, wide);
      await claim.update("id", wide, narrow);
    }
    changing = false;
    await reading;
    await reader.end();
    expect(reads).toBeGreaterThan(20);
  });
});
