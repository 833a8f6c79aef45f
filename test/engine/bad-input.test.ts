import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { catalog } from "./catalog.ts";
import { EngineDatabase, failure } from "./engine-database.ts";

const field = (i: number) => `field_${i}`;
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe.each(postgresVersions())("hostile input on Postgres %i", (version) => {
  let postgres: Postgres;
  let shop: EngineDatabase;
  let owner: pg.Client;
  let before: Record<string, string[]>;

  beforeAll(async () => {
    postgres = await startPostgres(version);
    shop = await EngineDatabase.create(postgres);
    owner = shop.owner;
    await owner.query("create table orders (id int primary key, status text)");
    await owner.query("select integratedb.put_stakeholder('reporter')");
    before = await catalog(owner);
  });
  afterAll(async () => {
    await shop.close();
    await postgres.stop();
  });

  const put = (spec: string, claim = "c") =>
    owner.query("select integratedb.put_claim('reporter', $1, $2)", [claim, spec]);

  const refusals: [name: string, spec: string, code: string][] = [
    ["10 MB", JSON.stringify({ match: [], padding: "x".repeat(10_000_000) }), "IDB2004"],
    [
      "100,000 fields",
      JSON.stringify({
        match: [
          { path: "public.orders", fields: Array.from({ length: 100_000 }, (_, i) => field(i)) },
        ],
      }),
      "IDB2004",
    ],
    [
      "10,000 fields that do not exist",
      JSON.stringify({
        match: [
          { path: "public.orders", fields: Array.from({ length: 10_000 }, (_, i) => field(i)) },
        ],
      }),
      "IDB2002",
    ],
    ["nesting 3,000 deep", `{"match": ${nested(3000)}}`, "IDB2003"],
    ["a number", "7", "IDB2003"],
    ["null", "null", "IDB2003"],
  ];

  test.each(refusals)("a spec of %s is refused, and nothing changes", async (_, spec, code) => {
    const error = await failure(put(spec));
    expect(error.detail).toBe(code);
    expect(error.message.length).toBeLessThan(20_000);
    expect(await catalog(owner)).toEqual(before);
  });

  test("nesting deeper than the server reads is refused by the server itself", async () => {
    const error = await failure(put(`{"match": ${nested(200_000)}}`));
    expect(error.code).toBe("54001");
    expect(await catalog(owner)).toEqual(before);
  });

  test.each(["", "x".repeat(129)])("a claim cannot be named %j", async (name) => {
    expect((await failure(put('{"match": []}', name))).detail).toBe("IDB2007");
  });

  test("a claim's name may hold anything else", async () => {
    await put('{"match": []}', `'; drop table orders; -- "é\n`);
    await owner.query("select integratedb.delete_claim('reporter', $1)", [
      `'; drop table orders; -- "é\n`,
    ]);
  });

  test.each([
    "",
    "1st",
    "a b",
    `a"b`,
    "a.b",
    "a'b",
    "pg_reader",
    "integratedb",
    "public",
    "none",
    "x".repeat(33),
    "x".repeat(64),
    "ünïcode",
  ])("a stakeholder cannot be named %j", async (name) => {
    const error = await failure(owner.query("select integratedb.put_stakeholder($1)", [name]));
    expect(error.detail).toBe("IDB3001");
    expect(await catalog(owner)).toEqual(before);
  });

  test.each(["select", "user", "table", "Reporter_2"])(
    "a stakeholder can be named %s",
    async (name) => {
      await owner.query("select integratedb.put_stakeholder($1)", [name]);
      await owner.query(
        'select integratedb.put_claim($1, \'c\', \'{"match": [{"path": "public.orders", "fields": ["*"]}]}\')',
        [name],
      );
      await owner.query("select integratedb.delete_stakeholder($1)", [name]);
      expect(await catalog(owner)).toEqual(before);
    },
  );

  test.each([
    "not json at all",
    "SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy'; alter role postgres password 'x",
    "md5d41d8cd98f00b204e9800998ecf8427e",
    "",
  ])("a login takes a verifier only, not %j", async (verifier) => {
    const error = await failure(
      owner.query("select integratedb.rotate_login('reporter', $1)", [verifier]),
    );
    expect(error.detail).toBe("IDB3005");
    if (verifier !== "") expect(error.message).not.toContain(verifier);
  });

  test.each([
    [`{"rule": []}`],
    [`{"rules": 1}`],
    [`{"rules": [1]}`],
    [`{"rules": [{"effect": "maybe"}]}`],
    [`{"rules": [{"effect": "deny", "column": ["x"]}]}`],
    [`{"rules": [{"effect": "deny", "columns": [1]}]}`],
    [`{"rules": [{"effect": "deny", "path": "orders"}]}`],
    [`{"sensitive": ["email"]}`],
    [`[]`],
  ])("the policy %s is refused", async (policy) => {
    const error = await failure(owner.query("select integratedb.set_policy($1)", [policy]));
    expect(error.detail).toBe("IDB2008");
  });
});
