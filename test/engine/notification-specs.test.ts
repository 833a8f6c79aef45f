import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { hook, NotifiedShop, notify } from "./notified-shop.ts";

/** A problem of a spec: its place, its code, and what its message says. */
type Problem = readonly [property: string, code: string, message: RegExp];

interface SpecCase {
  readonly name: string;
  readonly setup?: string;
  readonly spec: unknown;
  /** All of them, in any order; none for a spec that is good. */
  readonly problems: readonly Problem[];
  readonly postgres?: { readonly min?: number; readonly max?: number };
}

const orders = (rest: object, fields = ["id"]) => notify("public.orders", fields, rest);
const channel = (options: object) => ({ match: [], channels: { hook: options } });
const full = "alter table orders replica identity full";
const where = (condition: unknown, events = ["*"]) => orders({ where: condition, events });
const types = `
  create type mood as enum ('good', 'bad');
  create domain short as varchar(3);
  create table facts (id bigint primary key, mood mood, code short, day date, at timestamptz, local timestamp, ok boolean, ref uuid,
    padded char(5), bits bit(3), ratio double precision, data jsonb, tags text[], spent money, ip inet);
  alter table facts replica identity full;
  select integratedb.put_claim('reporter', 'facts', '{"match": [{"path": "public.facts", "fields": ["*"]}]}')`;
const fact = (condition: object) => notify("public.facts", ["id"], { where: condition });

const cases: readonly SpecCase[] = [
  { name: "the plain case is good", spec: orders({}), problems: [] },
  {
    name: "fields may be objects of a name",
    spec: orders({}, [{ name: "id" }] as never),
    problems: [],
  },
  { name: "no fields ask for events without values", spec: orders({}, []), problems: [] },
  {
    name: "no match and no channel ask for nothing",
    spec: { match: [], channels: {} },
    problems: [],
  },

  {
    name: "a spec is an object",
    spec: [],
    problems: [["the spec", "IDB2101", /must be an object/]],
  },
  {
    name: "a spec has match and channels",
    spec: {},
    problems: [
      ["match", "IDB2101", /nothing/],
      ["channels", "IDB2101", /nothing/],
    ],
  },
  {
    name: "a spec has nothing else",
    spec: { match: [], channels: {}, chanels: {} },
    problems: [["the spec", "IDB2101", /"chanels"/]],
  },
  {
    name: "a match is an object",
    spec: { match: [1], channels: {} },
    problems: [["match[0]", "IDB2101", /number/]],
  },
  {
    name: "a match has nothing unknown",
    spec: orders({ optional: true }),
    problems: [["match[0]", "IDB2101", /"optional"/]],
  },
  {
    name: "a path has two parts",
    spec: notify("orders", []),
    problems: [["match[0].path", "IDB2101", /schema\.table/]],
  },
  {
    name: "a path is not of the engine",
    spec: notify("integratedb.spool", []),
    problems: [["match[0].path", "IDB2101", /cannot be claimed/]],
  },
  {
    name: "a schema needs all fields",
    spec: notify("public.*", ["id"]),
    problems: [["match[0].path", "IDB2101", /fields \["\*"\]/]],
  },
  {
    name: "events are known",
    spec: orders({ events: ["INSERT", "insert"] }),
    problems: [["match[0].events[1]", "IDB2101", /one of INSERT/]],
  },
  {
    name: "events are some",
    spec: orders({ events: [] }),
    problems: [["match[0].events", "IDB2101", /at least one/]],
  },
  {
    name: "a wildcard stands alone",
    spec: orders({ events: ["*", "INSERT"] }),
    problems: [["match[0].events", "IDB2101", /stand alone/]],
  },
  {
    name: "fields have no types",
    spec: orders({}, [{ name: "id", type: "int" }] as never),
    problems: [["match[0].fields[0]", "IDB2101", /column name/]],
  },
  {
    name: "a field is named once",
    spec: orders({}, ["id", "id"]),
    problems: [["match[0].fields[1]", "IDB2101", /again/]],
  },
  {
    name: "channels are there",
    spec: orders({ channels: ["hok"] }),
    problems: [["match[0].channels[0]", "IDB2101", /did you mean hook/]],
  },
  {
    name: "a condition is no SQL",
    spec: where("true; drop table orders"),
    problems: [["match[0].where", "IDB2101", /object of columns/]],
  },
  {
    name: "a condition tests something",
    spec: where({}),
    problems: [["match[0].where", "IDB2101", /at least one column/]],
  },
  {
    name: "comparisons are known",
    spec: where({ id: { like: "x" } }),
    problems: [["match[0].where.id.like", "IDB2101", /allowed here/]],
  },
  {
    name: "nothing is compared with null",
    spec: where({ id: { eq: null } }),
    problems: [["match[0].where.id.eq", "IDB2101", /is_null/]],
  },
  {
    name: "a list is written as in",
    spec: where({ id: [1] }),
    problems: [["match[0].where.id", "IDB2101", /"in"/]],
  },
  {
    name: "in has values",
    spec: where({ id: { in: [] } }),
    problems: [["match[0].where.id.in", "IDB2101", /1 to 1000/]],
  },
  {
    name: "the place is told with quotes where it is ambiguous",
    spec: where({ "a.b": { like: 1 } }),
    problems: [['match[0].where."a.b".like', "IDB2101", /./]],
  },

  {
    name: "a table exists",
    spec: notify("public.order", []),
    problems: [["match[0].path", "IDB2103", /did you mean public\.orders/]],
  },
  {
    name: "a column exists",
    spec: orders({}, ["stats"]),
    problems: [["match[0].fields[0]", "IDB2103", /did you mean status/]],
  },
  {
    name: "a column is claimed",
    spec: orders({}, ["id", "secret"]),
    problems: [["match[0].fields[1]", "IDB2102", /does not claim public\.orders\.secret/]],
  },
  {
    name: "a table is claimed",
    setup: "create table hidden (id int primary key)",
    spec: notify("public.hidden", ["id"]),
    problems: [["match[0].path", "IDB2102", /claims nothing/]],
  },
  {
    name: "a tested column is claimed",
    setup: full,
    spec: where({ secret: "x" }),
    problems: [["match[0].where.secret", "IDB2102", /secret/]],
  },
  {
    name: "all problems are told at once",
    spec: {
      match: [{ path: "public.orders", fields: ["secret", "stats"] }, { path: "public.none" }],
      channels: { hook: { ...hook, mode: "odd" } },
    },
    problems: [
      ["match[0].fields[0]", "IDB2102", /secret/],
      ["match[0].fields[1]", "IDB2103", /stats/],
      ["match[1].path", "IDB2103", /no table/],
      ["channels.hook.mode", "IDB2107", /structured, binary, batch/],
    ],
  },
  {
    name: "the same event goes to a channel once",
    spec: {
      match: [
        { path: "public.orders", events: ["INSERT", "UPDATE"] },
        { path: "public.orders", events: ["UPDATE"] },
      ],
      channels: { hook },
    },
    problems: [["match[1].path", "IDB2101", /match\[0\] too/]],
  },
  {
    name: "several matches of a table may have other events",
    spec: {
      match: [
        { path: "public.orders", events: ["INSERT"] },
        { path: "public.orders", events: ["UPDATE"] },
      ],
      channels: { hook },
    },
    problems: [],
  },

  ...["view", "materialized view"].map((kind) => ({
    name: `a ${kind} has no changes`,
    setup: `create ${kind} v as select 1 as id; select integratedb.put_claim('reporter', 'v', '{"match": [{"path": "public.v", "fields": ["*"]}]}')`,
    spec: notify("public.v", ["id"]),
    problems: [["match[0].path", "IDB2103", new RegExp(`is a ${kind}`)]] as const,
  })),
  {
    name: "an unlogged table is not published",
    setup: `create unlogged table u (id int primary key); select integratedb.put_claim('reporter', 'u', '{"match": [{"path": "public.u", "fields": ["*"]}]}')`,
    spec: notify("public.u", ["id"]),
    problems: [["match[0].path", "IDB2103", /unlogged/]],
  },
  {
    name: "a partition is told as its root",
    setup: `create table p (id int primary key) partition by range (id); create table p1 partition of p default;
      select integratedb.put_claim('reporter', 'p', '{"match": [{"path": "public.p1", "fields": ["*"]}]}')`,
    spec: notify("public.p1", ["id"]),
    problems: [["match[0].path", "IDB2103", /those of public\.p$/]],
  },
  {
    name: "a table with children does not have their changes",
    setup: "create table child () inherits (orders)",
    spec: orders({}),
    problems: [["match[0].path", "IDB2103", /child table public\.child/]],
  },

  {
    name: "a table without a key has no updates",
    spec: notify("public.log", ["line"]),
    problems: [
      [
        "match[0].events",
        "IDB2104",
        /UPDATE and DELETE of public\.log .* ALTER TABLE public\.log REPLICA IDENTITY FULL;/,
      ],
    ],
  },
  {
    name: "a table without a key has inserts",
    spec: notify("public.log", ["line"], { events: ["INSERT", "TRUNCATE"] }),
    problems: [],
  },
  {
    name: "replica identity nothing is none",
    setup: "alter table orders replica identity nothing",
    spec: orders({ events: ["DELETE"] }),
    problems: [["match[0].events", "IDB2104", /^DELETE of/]],
  },
  {
    name: "a deferrable key is none",
    setup: "alter table orders drop constraint orders_pkey, add primary key (id) deferrable",
    spec: orders({}),
    problems: [["match[0].events", "IDB2104", /no usable/]],
  },
  {
    name: "replica identity full will do",
    setup: `alter table orders drop constraint orders_pkey; ${full}`,
    spec: orders({}),
    problems: [],
  },
  {
    name: "a unique index will do",
    setup:
      "alter table orders drop constraint orders_pkey; create unique index i on orders (id); alter table orders alter id set not null; alter table orders replica identity using index i",
    spec: orders({}),
    problems: [],
  },
  {
    name: "each partition needs an identity",
    setup: `create table p (id int primary key) partition by range (id); create table p1 partition of p default; alter table p1 replica identity nothing;
      select integratedb.put_claim('reporter', 'p', '{"match": [{"path": "public.p", "fields": ["*"]}]}')`,
    spec: notify("public.p", ["id"]),
    problems: [
      ["match[0].events", "IDB2104", /its partition public\.p1 .* ALTER TABLE public\.p1/],
    ],
  },
  {
    name: "a partitioned table without a key would give none to new partitions",
    setup: `create table p (id int) partition by range (id); create table p1 partition of p default; alter table p1 replica identity full; alter table p replica identity full;
      select integratedb.put_claim('reporter', 'p', '{"match": [{"path": "public.p", "fields": ["*"]}]}')`,
    spec: notify("public.p", ["id"]),
    problems: [["match[0].events", "IDB2104", /no primary key/]],
  },
  {
    name: "a tested column is in the identity",
    spec: where({ status: "new" }),
    problems: [
      ["match[0].where.status", "IDB2104", /ALTER TABLE public\.orders REPLICA IDENTITY FULL/],
    ],
  },
  {
    name: "inserts are tested by any column",
    spec: where({ status: "new" }, ["INSERT"]),
    problems: [],
  },
  { name: "the key is tested", spec: where({ id: { gte: 1, lt: 100 } }), problems: [] },
  {
    name: "alternatives are an array",
    setup: full,
    spec: where([{ status: "new" }, { total: { gt: 10 } }]),
    problems: [],
  },

  {
    name: "a value is of the column's type",
    setup: full,
    spec: where({ total: { gte: "much" } }),
    problems: [["match[0].where.total.gte", "IDB2106", /'much' is no number/]],
  },
  {
    name: "a value of an alternative has its place",
    setup: full,
    spec: where([{ id: 1 }, { id: { in: [1, "two"] } }]),
    problems: [["match[0].where[1].id.in[1]", "IDB2106", /'two' is no integer/]],
  },
  {
    name: "a value fits the column",
    setup: full,
    spec: where({ status: "x".repeat(21) }),
    problems: [["match[0].where.status", "IDB2106", /does not fit character varying\(20\)/]],
  },
  {
    name: "a value that would be SQL is a value",
    setup: full,
    spec: where({ status: "'; drop --" }),
    problems: [],
  },
  {
    name: "a text has no order",
    setup: full,
    spec: where({ status: { gt: "a" } }),
    problems: [["match[0].where.status.gt", "IDB2106", /have an order/]],
  },
  {
    name: "an enum has its labels",
    setup: types,
    spec: fact({ mood: "odd" }),
    problems: [["match[0].where.mood", "IDB2106", /is no public\.mood/]],
  },
  {
    name: "a domain counts as its base",
    setup: types,
    spec: fact({ code: "four" }),
    problems: [["match[0].where.code", "IDB2106", /does not fit/]],
  },
  {
    name: "a time is not that of putting",
    setup: types,
    spec: fact({ at: { gt: "now" } }),
    problems: [["match[0].where.at.gt", "IDB2106", /of the form/]],
  },
  {
    name: "types whose equality is not that of their text are not compared",
    setup: types,
    spec: fact({ ratio: 1.5, data: "{}", tags: "{}", spent: 1 }),
    problems: ["ratio", "data", "tags", "spent"].map(
      (name) => [`match[0].where.${name}`, "IDB2106", /not compared/] as const,
    ),
  },
  {
    name: "any column is tested for null",
    setup: types,
    spec: fact({ ratio: null, data: { is_null: false } }),
    problems: [],
  },
  {
    name: "good values of each type are taken",
    setup: types,
    spec: fact({
      mood: "good",
      code: "abc",
      day: { gte: "2026-01-31" },
      at: { lt: "2026-01-31T12:00:00Z" },
      local: "2026-01-31 12:00",
      ok: true,
      ref: "6f1f9d2e-1111-4222-8333-944455556666",
      padded: "a",
      bits: "101",
      ip: "10.0.0.1",
      id: { in: [1, "9223372036854775807"] },
    }),
    problems: [],
  },

  {
    name: "a generated column is not published before PostgreSQL 18",
    postgres: { max: 17 },
    setup: `create table g (id int primary key, twice int generated always as (id * 2) stored);
      select integratedb.put_claim('reporter', 'g', '{"match": [{"path": "public.g", "fields": ["*"]}]}')`,
    spec: notify("public.g", ["twice"]),
    problems: [["match[0].fields[0]", "IDB2103", /generated column/]],
  },
  {
    name: "a stored generated column is published",
    postgres: { min: 18 },
    setup: `create table g (id int primary key, twice int generated always as (id * 2) stored, virtual int generated always as (id * 3) virtual);
      select integratedb.put_claim('reporter', 'g', '{"match": [{"path": "public.g", "fields": ["*"]}]}')`,
    spec: notify("public.g", ["twice", "virtual"]),
    problems: [["match[0].fields[1]", "IDB2103", /virtual is a generated column/]],
  },

  {
    name: "row level security hides rows",
    setup:
      "alter table orders enable row level security; create policy p on orders for select using (id > 0)",
    spec: orders({}),
    problems: [["match[0].path", "IDB2105", /using \(true\)/]],
  },
  {
    name: "a policy that is plainly true hides none",
    setup:
      "alter table orders enable row level security; create policy p on orders for select to reporter using (true)",
    spec: orders({}),
    problems: [],
  },
  {
    name: "a restrictive policy hides rows",
    setup:
      "alter table orders enable row level security; create policy p on orders using (true); create policy r on orders as restrictive using (id > 0)",
    spec: orders({}),
    problems: [["match[0].path", "IDB2105", /./]],
  },

  {
    name: "a channel has a type",
    spec: channel({}),
    problems: [["channels.hook.type", "IDB2107", /kafka, nats/]],
  },
  {
    name: "a type is known",
    spec: channel({ type: "fax" }),
    problems: [["channels.hook.type", "IDB2107", /"fax"/]],
  },
  {
    name: "an option is known",
    spec: channel({ ...hook, signingSecret: 1 }),
    problems: [["channels.hook", "IDB2107", /"signingSecret".*signing_secret/]],
  },
  {
    name: "what is required is there",
    spec: channel({ type: "kafka", brokers: "a:1" }),
    problems: [["channels.hook.topic", "IDB2107", /missing/]],
  },
  {
    name: "options have their types",
    spec: channel({ ...hook, concurrency: 1.5, timeout_seconds: "x" }),
    problems: [
      ["channels.hook.concurrency", "IDB2107", /whole number/],
      ["channels.hook.timeout_seconds", "IDB2107", /whole number/],
    ],
  },
  {
    name: "a webhook is called by HTTP",
    spec: channel({ type: "webhook", url: "ftp://x" }),
    problems: [["channels.hook.url", "IDB2107", /http:\/\/, https:\/\//]],
  },
  {
    name: "a password is not in a URL",
    spec: channel({ type: "redis", url: "redis://:pw@r:6379" }),
    problems: [["channels.hook.url", "IDB2107", /in the clear/]],
  },
  {
    name: "a secret is not in the clear",
    spec: channel({ ...hook, authorization: "Bearer x" }),
    problems: [["channels.hook.authorization", "IDB2107", /sealed/]],
  },
  {
    name: "each of several secrets is sealed",
    spec: channel({ ...hook, signing_secret: [{ sealed: `AQ${"A".repeat(90)}` }, "whsec_x"] }),
    problems: [
      ["channels.hook.signing_secret[0]", "IDB2110", /no relay has a key/],
      ["channels.hook.signing_secret[1]", "IDB2107", /sealed/],
    ],
  },
  {
    name: "a sealed secret needs a key that it is sealed to",
    spec: channel({ ...hook, authorization: { sealed: `AQ${"A".repeat(90)}` } }),
    problems: [["channels.hook.authorization", "IDB2110", /no relay/]],
  },
  {
    name: "a sealed secret is taken",
    setup: `select integratedb.set_relay_key('${"A".repeat(43)}')`,
    spec: channel({ ...hook, authorization: { sealed: `AQ${"A".repeat(90)}` } }),
    problems: [],
  },
];

describe.each(postgresVersions())("the spec of a notification, on Postgres %i", (version) => {
  let postgres: Postgres;
  let shop: NotifiedShop;

  beforeAll(async () => {
    postgres = await startPostgres(version);
    shop = await NotifiedShop.open(postgres);
  });
  afterAll(async () => {
    await shop.close();
    await postgres.stop();
  });

  const applies = ({ postgres: range = {} }: SpecCase) =>
    version >= (range.min ?? 0) && version <= (range.max ?? Number.POSITIVE_INFINITY);

  for (const { name, setup, spec, problems } of cases.filter(applies)) {
    test(name, async () => {
      await shop.owner.query("begin");
      try {
        if (setup !== undefined) await shop.owner.query(setup);
        const { rows } = await shop.owner.query(
          "select integratedb.preview_notification('reporter', $1) as preview",
          [JSON.stringify(spec)],
        );
        const found: { property: string; code: string; message: string }[] =
          rows[0].preview.problems;
        const expected = problems.map(([property, code, message]) =>
          expect.objectContaining({ property, code, message: expect.stringMatching(message) }),
        );
        expect(found).toHaveLength(expected.length);
        expect(found).toEqual(expect.arrayContaining(expected));
        const put = shop.put("n", spec);
        if (problems.length === 0) await put;
        else await expect(put).rejects.toMatchObject({ code: "P0001", detail: found[0]?.code });
      } finally {
        await shop.owner.query("rollback");
      }
    });
  }

  test("a spec of over one megabyte is refused before it is read", async () => {
    const spec = { match: [], channels: {}, blank: "x".repeat(1_100_000) };
    await expect(shop.put("n", spec)).rejects.toMatchObject({ detail: "IDB2004" });
  });

  test("a name has 1 to 128 characters", async () => {
    await expect(shop.put("", orders({}))).rejects.toMatchObject({ detail: "IDB2111" });
    await expect(shop.put("x".repeat(129), orders({}))).rejects.toMatchObject({
      detail: "IDB2111",
    });
  });

  test("planned claims count in place of those of their names", async () => {
    const preview = async (planned: object | null) => {
      const { rows } = await shop.owner.query(
        "select integratedb.preview_notification('reporter', $1, $2) as preview",
        [JSON.stringify(orders({}, ["*"])), planned],
      );
      return rows[0].preview;
    };
    expect(Object.keys((await preview(null)).columns)).toHaveLength(3);
    expect((await preview({ orders: ["public.orders.secret"] })).columns).toEqual({
      "public.orders.secret": {
        type: "text",
        nullable: true,
        events: ["INSERT", "UPDATE", "DELETE", "TRUNCATE"],
      },
    });
    expect((await preview({ more: ["public.orders.secret"] })).columns).toHaveProperty([
      "public.orders.id",
    ]);
    expect((await preview({ orders: [] })).problems[0].code).toBe("IDB2102");
  });
});
