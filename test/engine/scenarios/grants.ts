import { answers, fieldsOf, migrate, orders, put, putNamed } from "./build.ts";
import type { Scenario } from "./scenario.ts";

const path = "public.orders";

/** K13, F6 to F9, F12, F23 and F25: who can read what. */
export const grants: readonly Scenario[] = [
  {
    name: "a stakeholder reads the columns that it claims and no other",
    rules: ["K13"],
    setup: [orders, "CREATE TABLE public.secrets (id int)"],
    claims: [put(fieldsOf(path, "id", "status"))],
    readable: {
      reporter: ["SELECT id, status FROM public.orders", "SELECT count(*) FROM public.orders"],
    },
    unreadable: {
      reporter: [
        "SELECT note FROM public.orders",
        "SELECT * FROM public.orders",
        "SELECT ctid FROM public.orders",
        "SELECT id FROM public.orders WHERE total > 0",
        "SELECT id FROM public.secrets",
      ],
    },
  },
  {
    name: "a stakeholder reads and writes nothing",
    rules: ["K13"],
    setup: [orders],
    claims: [put(fieldsOf(path, "*"))],
    readable: { reporter: ["SELECT * FROM public.orders"] },
    unreadable: {
      reporter: [
        "INSERT INTO public.orders (id, status) VALUES (1, 'new')",
        "UPDATE public.orders SET status = 'paid'",
        "DELETE FROM public.orders",
        "TRUNCATE public.orders",
        "SELECT id FROM public.orders FOR UPDATE",
        "CREATE TABLE public.mine (id int REFERENCES public.orders)",
      ],
    },
  },
  {
    name: "a claim of one stakeholder grants nothing to another",
    rules: ["K13", "F12"],
    setup: [orders],
    claims: [
      put(fieldsOf(path, "id")),
      { stakeholder: "auditor", claim: "orders", spec: fieldsOf(path, "total") },
    ],
    readable: {
      reporter: ["SELECT id FROM public.orders"],
      auditor: ["SELECT total FROM public.orders"],
    },
    unreadable: {
      reporter: ["SELECT total FROM public.orders"],
      auditor: ["SELECT id FROM public.orders"],
    },
    then: [
      {
        sql: ["SELECT integratedb.delete_claim('@reporter', 'orders')"],
        readable: { auditor: ["SELECT total FROM public.orders"] },
        unreadable: { reporter: ["SELECT id FROM public.orders"] },
      },
    ],
  },
  {
    name: "every alternative that exists is granted, with every column's alternative",
    rules: ["K13"],
    setup: [
      orders,
      "CREATE TABLE public.purchases (number int, state text, status text, note text)",
    ],
    claims: [
      put({
        match: [
          {
            alternatives: [
              { path, fields: ["id"] },
              {
                path: "public.purchases",
                fields: ["number", { alternatives: [{ name: "state" }, { name: "status" }] }],
              },
              { path: "public.missing", fields: ["id"] },
            ],
          },
        ],
      }),
    ],
    readable: {
      reporter: [
        "SELECT id FROM public.orders",
        "SELECT number, state, status FROM public.purchases",
      ],
    },
    unreadable: { reporter: ["SELECT note FROM public.purchases"] },
  },
  {
    name: "an alternative is granted in the migration that makes it, while another one is met",
    rules: ["K13", "F6"],
    setup: [orders],
    claims: [
      put({
        match: [
          {
            alternatives: [
              { path, fields: ["id"] },
              { path: "public.purchases", fields: ["*"] },
            ],
          },
        ],
      }),
    ],
    ...migrate("accepted", "CREATE TABLE public.purchases (number int, state text)"),
    readable: { reporter: ["SELECT id FROM public.orders", "SELECT * FROM public.purchases"] },
    then: [migrate("accepted", "DROP TABLE public.purchases")],
  },
  {
    name: "a column that two claims name stays readable until both are gone",
    rules: ["F12", "K13"],
    setup: [orders],
    claims: [
      put(fieldsOf(path, "id", "status")),
      putNamed("other", fieldsOf(path, "status", "note")),
      putNamed("all", fieldsOf("public.*", "*")),
    ],
    then: [
      {
        sql: ["SELECT integratedb.delete_claim('@reporter', 'all')"],
        readable: { reporter: ["SELECT id, status, note FROM public.orders"] },
        unreadable: { reporter: ["SELECT total FROM public.orders"] },
      },
      {
        sql: ["SELECT integratedb.delete_claim('@reporter', 'orders')"],
        readable: { reporter: ["SELECT status, note FROM public.orders"] },
        unreadable: { reporter: ["SELECT id FROM public.orders"] },
      },
      {
        claims: [putNamed("other", fieldsOf(path, "note"))],
        readable: { reporter: ["SELECT note FROM public.orders"] },
        unreadable: { reporter: ["SELECT status FROM public.orders"] },
      },
      {
        sql: ["SELECT integratedb.delete_claim('@reporter', 'other')"],
        unreadable: { reporter: ["SELECT note FROM public.orders"] },
      },
    ],
  },
  {
    name: "a table that one match only needs and another reads is readable",
    rules: ["F12", "K4"],
    setup: [orders],
    claims: [put({ match: [{ path }, { path, fields: ["id"] }] })],
    readable: { reporter: ["SELECT id FROM public.orders"] },
    unreadable: { reporter: ["SELECT note FROM public.orders"] },
  },
  {
    name: "a column that a migration adds is readable with SELECT * when it commits",
    rules: ["F6"],
    setup: [orders],
    claims: [put(fieldsOf(path, "*"))],
    readable: { reporter: ["SELECT * FROM public.orders"] },
    ...migrate("accepted", "ALTER TABLE public.orders ADD COLUMN region text"),
    then: [{ readable: { reporter: ["SELECT * FROM public.orders"] } }],
  },
  {
    name: "a table that is dropped and made again keeps its readers",
    rules: ["F7"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id", "status"))],
    ...migrate("accepted", "DROP TABLE public.orders", orders),
    readable: { reporter: ["SELECT id, status FROM public.orders"] },
    unreadable: { reporter: ["SELECT note FROM public.orders"] },
  },
  {
    name: "a table that is swapped by rename takes over the readers, and the old one loses them",
    rules: ["F7"],
    setup: [orders, orders.replace("public.orders", "public.orders_new")],
    claims: [put(fieldsOf(path, "id", "status"))],
    ...migrate(
      "accepted",
      "ALTER TABLE public.orders RENAME TO orders_old",
      "ALTER TABLE public.orders_new RENAME TO orders",
    ),
    readable: { reporter: ["SELECT id, status FROM public.orders"] },
    unreadable: {
      reporter: ["SELECT note FROM public.orders", "SELECT id FROM public.orders_old"],
    },
  },
  {
    name: "columns that swap their names swap their readers",
    rules: ["F7", "K13"],
    setup: ["CREATE TABLE public.orders (id int, a text, b text)"],
    claims: [put(fieldsOf(path, "id", "a"))],
    ...migrate(
      "accepted",
      "ALTER TABLE public.orders RENAME COLUMN a TO c",
      "ALTER TABLE public.orders RENAME COLUMN b TO a",
      "ALTER TABLE public.orders RENAME COLUMN c TO b",
    ),
    readable: { reporter: ["SELECT id, a FROM public.orders"] },
    unreadable: { reporter: ["SELECT b FROM public.orders"] },
  },
  {
    name: "an optional column that is renamed is no longer readable",
    rules: ["K13"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id", { name: "note", optional: true }))],
    readable: { reporter: ["SELECT note FROM public.orders"] },
    then: [
      migrate("accepted", "ALTER TABLE public.orders RENAME COLUMN note TO remark"),
      {
        readable: { reporter: ["SELECT id FROM public.orders"] },
        unreadable: { reporter: ["SELECT remark FROM public.orders"] },
      },
    ],
  },
  {
    name: "an optional table that is renamed or moved is no longer readable",
    rules: ["K13"],
    setup: [orders, "CREATE SCHEMA archive", "GRANT USAGE ON SCHEMA archive TO PUBLIC"],
    claims: [put({ match: [{ path, fields: ["*"], optional: true }] })],
    ...migrate("accepted", "ALTER TABLE public.orders SET SCHEMA archive"),
    unreadable: { reporter: ["SELECT id FROM archive.orders"] },
    then: [
      {
        ...migrate("accepted", "ALTER TABLE archive.orders SET SCHEMA public"),
        readable: { reporter: ["SELECT * FROM public.orders"] },
      },
    ],
  },
  {
    name: "the schema of a claimed table can be used",
    rules: ["F8"],
    setup: [
      "CREATE SCHEMA sales",
      "CREATE TABLE sales.orders (id int, note text)",
      "CREATE TABLE sales.secrets (id int)",
    ],
    claims: [put(fieldsOf("sales.orders", "id"))],
    readable: { reporter: ["SELECT id FROM sales.orders"] },
    unreadable: {
      reporter: [
        "SELECT note FROM sales.orders",
        "SELECT id FROM sales.secrets",
        "CREATE TABLE sales.mine (id int)",
      ],
    },
  },
  {
    name: "a schema that is dropped and made again with its table keeps its readers",
    rules: ["F8", "F7"],
    setup: ["CREATE SCHEMA sales", "CREATE TABLE sales.orders (id int)"],
    claims: [put(fieldsOf("sales.orders", "id"))],
    ...migrate(
      "accepted",
      "DROP SCHEMA sales CASCADE",
      "CREATE SCHEMA sales",
      "CREATE TABLE sales.orders (id int)",
    ),
    readable: { reporter: ["SELECT id FROM sales.orders"] },
  },
  {
    name: "a schema cannot be used any more when nothing in it is claimed",
    rules: ["F8", "K13"],
    setup: ["CREATE SCHEMA sales", "CREATE TABLE sales.orders (id int)"],
    claims: [put(fieldsOf("sales.orders", "id")), put({ match: [] })],
    asked: [answers("has_schema_privilege('@reporter', 'sales', 'USAGE')", false)],
  },
  {
    name: "a column that is dropped and added again in one migration keeps its readers",
    rules: ["F23", "K10"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id", "note"))],
    ...migrate(
      "accepted",
      "ALTER TABLE public.orders DROP COLUMN note",
      "ALTER TABLE public.orders ADD COLUMN note text",
    ),
    readable: { reporter: ["SELECT id, note FROM public.orders"] },
    unreadable: { reporter: ["SELECT total FROM public.orders"] },
  },
  {
    name: "a column that is dropped and added again with another shape is refused",
    rules: ["F23"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id", "status"))],
    ...migrate(
      "refused",
      "ALTER TABLE public.orders DROP COLUMN status",
      "ALTER TABLE public.orders ADD COLUMN status varchar(10) NOT NULL",
    ),
    unmet: [{ path, field: "status", problem: "length" }],
    readable: { reporter: ["SELECT status FROM public.orders"] },
  },
];
