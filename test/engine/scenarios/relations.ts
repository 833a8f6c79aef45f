import { answers, fieldsOf, migrate, noClaimStored, orders, put, putRefused } from "./build.ts";
import type { Scenario } from "./scenario.ts";

const path = "public.orders";
const partitioned = [
  "CREATE TABLE public.events (id int, day date, secret text) PARTITION BY RANGE (day)",
  "CREATE TABLE public.events_2025 PARTITION OF public.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
  "CREATE TABLE public.events_2026 PARTITION OF public.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (id)",
  "CREATE TABLE public.events_2026_1 PARTITION OF public.events_2026 FOR VALUES IN (1)",
];
const foreign = [
  "CREATE EXTENSION file_fdw",
  "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw",
  "CREATE FOREIGN TABLE public.lines (line text, number int) SERVER files OPTIONS (filename '/dev/null', format 'csv')",
];

/** F18: what counts as a table. */
export const relations: readonly Scenario[] = [
  {
    name: "a view can be claimed, and its readers need nothing of what is below",
    rules: ["F18"],
    setup: [orders, "CREATE VIEW public.totals AS SELECT id, total, note FROM public.orders"],
    claims: [put(fieldsOf("public.totals", "id", "total"))],
    readable: { reporter: ["SELECT id, total FROM public.totals"] },
    unreadable: { reporter: ["SELECT note FROM public.totals", "SELECT id FROM public.orders"] },
    ...migrate("refused", "DROP VIEW public.totals"),
    unmet: [{ path: "public.totals", field: null, problem: "missing table" }],
    then: [
      {
        ...migrate(
          "accepted",
          "DROP VIEW public.totals",
          "CREATE VIEW public.totals AS SELECT id, total FROM public.orders",
        ),
        readable: { reporter: ["SELECT id, total FROM public.totals"] },
      },
      {
        ...migrate(
          "refused",
          "DROP VIEW public.totals",
          "CREATE VIEW public.totals AS SELECT id, total::numeric(12,4) AS sum FROM public.orders",
        ),
        unmet: [{ path: "public.totals", field: "total", problem: "missing column" }],
      },
    ],
  },
  {
    name: "a table may become a view of the same columns",
    rules: ["F18", "K10"],
    setup: ["CREATE TABLE public.orders (id int, note text)"],
    claims: [put(fieldsOf(path, "id"))],
    ...migrate(
      "accepted",
      "ALTER TABLE public.orders RENAME TO purchases",
      "CREATE VIEW public.orders AS SELECT id, note FROM public.purchases",
    ),
    readable: { reporter: ["SELECT id FROM public.orders"] },
    unreadable: {
      reporter: ["SELECT note FROM public.orders", "SELECT id FROM public.purchases"],
    },
  },
  {
    name: "a materialised view can be claimed",
    rules: ["F18"],
    setup: [
      orders,
      "CREATE MATERIALIZED VIEW public.totals AS SELECT id, total FROM public.orders",
    ],
    claims: [put(fieldsOf("public.totals", "id"))],
    readable: { reporter: ["SELECT id FROM public.totals"] },
    unreadable: { reporter: ["SELECT total FROM public.totals"] },
    ...migrate("refused", "DROP MATERIALIZED VIEW public.totals"),
    unmet: [{ path: "public.totals", field: null, problem: "missing table" }],
  },
  {
    name: "a foreign table can be claimed",
    rules: ["F18"],
    setup: foreign,
    claims: [put(fieldsOf("public.lines", "line"))],
    readable: { reporter: ["SELECT line FROM public.lines"] },
    unreadable: { reporter: ["SELECT number FROM public.lines"] },
    ...migrate("refused", "ALTER FOREIGN TABLE public.lines DROP COLUMN line"),
    unmet: [{ path: "public.lines", field: "line", problem: "missing column" }],
  },
  {
    name: "a partitioned table can be claimed, and reading it needs no grant on its partitions",
    rules: ["F18"],
    setup: partitioned,
    claims: [put(fieldsOf("public.events", "id", "day"))],
    readable: { reporter: ["SELECT id, day FROM public.events"] },
    unreadable: {
      reporter: ["SELECT secret FROM public.events", "SELECT id FROM public.events_2025"],
    },
    then: [
      migrate("accepted", "DROP TABLE public.events_2025"),
      {
        ...migrate("refused", "DROP TABLE public.events CASCADE"),
        unmet: [{ path: "public.events", field: null, problem: "missing table" }],
      },
    ],
  },
  {
    name: "all tables of a schema are of every kind, without the partitions of one of them",
    rules: ["F18"],
    setup: [
      ...partitioned,
      ...foreign,
      orders,
      "CREATE VIEW public.a_view AS SELECT 1 AS one",
      "CREATE MATERIALIZED VIEW public.a_matview AS SELECT 1 AS one",
      "CREATE SEQUENCE public.a_sequence",
      "CREATE TYPE public.a_type AS (id int)",
    ],
    claims: [put(fieldsOf("public.*", "*"))],
    readable: {
      reporter: ["events", "lines", "orders", "a_view", "a_matview"].map(
        (table) => `SELECT * FROM public.${table}`,
      ),
    },
    unreadable: {
      reporter: [
        "SELECT id FROM public.events_2025",
        "SELECT id FROM public.events_2026",
        "SELECT id FROM public.events_2026_1",
        "SELECT last_value FROM public.a_sequence",
      ],
    },
    then: [
      migrate(
        "accepted",
        "DROP TABLE public.events_2025, public.events_2026_1",
        "DROP SEQUENCE public.a_sequence",
        "DROP TYPE public.a_type",
        "CREATE TABLE public.events_2027 PARTITION OF public.events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
      ),
      {
        unreadable: { reporter: ["SELECT id FROM public.events_2027"] },
        ...migrate(
          "refused",
          "DROP VIEW public.a_view",
          "DROP MATERIALIZED VIEW public.a_matview",
          "DROP TABLE public.events CASCADE",
        ),
        unmet: ["a_view", "a_matview", "events"].map((table) => ({
          path: `public.${table}`,
          field: null,
          problem: "missing table" as const,
        })),
      },
    ],
  },
  {
    name: "a partition that is detached becomes a table of its schema, an attached table stops being one",
    rules: ["F18", "K11"],
    setup: partitioned,
    claims: [put(fieldsOf("public.*", "*"))],
    ...migrate("accepted", "ALTER TABLE public.events DETACH PARTITION public.events_2025"),
    readable: { reporter: ["SELECT * FROM public.events", "SELECT * FROM public.events_2025"] },
    then: [
      {
        ...migrate("refused", "DROP TABLE public.events_2025"),
        unmet: [{ path: "public.events_2025", field: null, problem: "missing table" }],
      },
      {
        ...migrate(
          "accepted",
          "ALTER TABLE public.events ATTACH PARTITION public.events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
        ),
        unreadable: { reporter: ["SELECT id FROM public.events_2025"] },
      },
      migrate("accepted", "DROP TABLE public.events_2025"),
    ],
  },
  {
    name: "a partition of another schema's table is a table of its schema until its parent moves there",
    rules: ["F18", "K13"],
    setup: [
      "CREATE SCHEMA sales",
      "CREATE TABLE public.events (id int) PARTITION BY LIST (id)",
      "CREATE TABLE sales.first PARTITION OF public.events FOR VALUES IN (1)",
    ],
    claims: [put(fieldsOf("sales.*", "*"))],
    readable: { reporter: ["SELECT id FROM sales.first"] },
    then: [
      {
        ...migrate("accepted", "ALTER TABLE public.events SET SCHEMA sales"),
        readable: { reporter: ["SELECT id FROM sales.events"] },
        unreadable: { reporter: ["SELECT id FROM sales.first"] },
      },
      migrate("accepted", "DROP TABLE sales.first"),
    ],
  },
  {
    name: "a partition that is claimed by its own name is a table like any other",
    rules: ["F18"],
    setup: partitioned,
    claims: [put({ match: [{ path: "public.events_2025", fields: ["id"] }] })],
    readable: { reporter: ["SELECT id FROM public.events_2025"] },
    unreadable: { reporter: ["SELECT id FROM public.events"] },
    ...migrate(
      "refused",
      "ALTER TABLE public.events DETACH PARTITION public.events_2025",
      "DROP TABLE public.events_2025",
    ),
    unmet: [{ path: "public.events_2025", field: null, problem: "missing table" }],
  },
  {
    name: "a partition that one claim names is needed, though another claim has its whole schema",
    rules: ["F18", "K9"],
    setup: partitioned,
    claims: [
      put(fieldsOf("public.*", "*")),
      {
        stakeholder: "auditor",
        claim: "one",
        spec: {
          match: [{ path: "public.events_2025" }, { path: "public.events_2026", fields: ["id"] }],
        },
      },
    ],
    readable: { auditor: ["SELECT id FROM public.events_2026"] },
    unreadable: { reporter: ["SELECT id FROM public.events_2026"] },
    ...migrate("refused", "DROP TABLE public.events_2025, public.events_2026"),
    unmet: [
      {
        stakeholder: "@auditor",
        path: "public.events_2025",
        field: null,
        problem: "missing table",
      },
      {
        stakeholder: "@auditor",
        path: "public.events_2026",
        field: null,
        problem: "missing table",
      },
    ],
  },
  {
    name: "a table that appears in a claimed schema is readable at once and required from then on",
    rules: ["F18", "F6", "K11"],
    setup: ["CREATE SCHEMA sales", "CREATE TABLE sales.orders (id int)"],
    claims: [put(fieldsOf("sales.*", "*"))],
    ...migrate("accepted", "CREATE TABLE sales.items (id int, note text)"),
    readable: { reporter: ["SELECT * FROM sales.orders", "SELECT * FROM sales.items"] },
    then: [
      {
        ...migrate("refused", "DROP TABLE sales.items", "ALTER TABLE sales.orders DROP COLUMN id"),
        unmet: [
          { path: "sales.items", field: null, problem: "missing table" },
          { path: "sales.orders", field: "id", problem: "missing column" },
        ],
      },
    ],
  },
  {
    name: "a table without columns is a table",
    rules: ["F18"],
    setup: ["CREATE SCHEMA sales", "CREATE TABLE sales.nothing ()"],
    claims: [
      put(fieldsOf("sales.*", "*")),
      { stakeholder: "auditor", claim: "one", spec: fieldsOf("sales.nothing", "*") },
    ],
    ...migrate("refused", "DROP TABLE sales.nothing"),
    unmet: [
      { stakeholder: "@reporter", path: "sales.nothing", field: null, problem: "missing table" },
      { stakeholder: "@auditor", path: "sales.nothing", field: null, problem: "missing table" },
    ],
    then: [
      {
        ...migrate("accepted", "ALTER TABLE sales.nothing ADD COLUMN id int"),
        readable: {
          reporter: ["SELECT * FROM sales.nothing"],
          auditor: ["SELECT id FROM sales.nothing"],
        },
      },
    ],
  },
  {
    name: "tables of the system and of the engine cannot be claimed, not even optionally",
    rules: ["F18"],
    claims: [
      "pg_catalog.pg_class",
      "pg_catalog.pg_authid",
      "information_schema.tables",
      "integratedb.stakeholders",
      "integratedb.claims",
      "pg_toast.pg_toast_1255",
    ]
      .flatMap((table) => [
        { path: table, fields: ["*"] },
        { path: table },
        { path: table, fields: ["*"], optional: true },
      ])
      .map((match) => putRefused({ match: [match] })),
    asked: [noClaimStored],
    then: [
      {
        claims: ["pg_catalog.*", "information_schema.*", "integratedb.*", "pg_toast.*"].map((all) =>
          putRefused({ match: [{ path: all, fields: ["*"], optional: true }] }),
        ),
        asked: [noClaimStored],
      },
    ],
  },
  {
    name: "a sequence, an index and a composite type are not tables",
    rules: ["F18", "K7"],
    setup: [orders, "CREATE SEQUENCE public.counter", "CREATE TYPE public.pair AS (a int, b int)"],
    claims: [
      putRefused({ match: [{ path: "public.counter" }] }),
      putRefused({ match: [{ path: "public.orders_pkey" }] }),
      putRefused({ match: [{ path: "public.pair" }] }),
      put({ match: [{ path }] }),
    ],
    asked: [answers("SELECT count(*)::int FROM integratedb.claims", 1)],
  },
  {
    name: "a table that inherits is a table of its own",
    rules: ["F18"],
    setup: [
      "CREATE TABLE public.parent (id int)",
      "CREATE TABLE public.child (note text) INHERITS (public.parent)",
    ],
    claims: [put(fieldsOf("public.*", "*"))],
    readable: { reporter: ["SELECT * FROM public.parent", "SELECT * FROM public.child"] },
    ...migrate("refused", "DROP TABLE public.child"),
    unmet: [{ path: "public.child", field: null, problem: "missing table" }],
  },
];
