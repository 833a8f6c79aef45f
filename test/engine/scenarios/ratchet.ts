import { answers, fieldsOf, migrate, orders, put, putNamed } from "./build.ts";
import type { Scenario } from "./scenario.ts";

const path = "public.orders";
const status = (type: string) => `ALTER TABLE public.orders ALTER COLUMN status TYPE ${type}`;

/** K8 and K10 to K12: what a claim holds on to, and when that changes. */
export const ratchet: readonly Scenario[] = [
  {
    name: "a type that is not stated is the one that the column had",
    rules: ["K8"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id"))],
    ...migrate("refused", "ALTER TABLE public.orders ALTER COLUMN id TYPE bigint"),
    unmet: [{ path, field: "id", problem: "type", expected: /integer/, actual: /bigint/ }],
  },
  {
    name: "a length that is not stated is the one that the column had",
    rules: ["K8"],
    setup: [orders],
    claims: [put(fieldsOf(path, { name: "status", type: "varchar", is_nullable: false }))],
    ...migrate("refused", status("varchar(19)")),
    unmet: [{ path, field: "status", problem: "length", expected: /20/, actual: /19/ }],
  },
  {
    name: "a precision that is not stated is the one that the column had",
    rules: ["K8"],
    setup: [orders],
    claims: [put(fieldsOf(path, { name: "total", type: "numeric" }))],
    ...migrate("refused", "ALTER TABLE public.orders ALTER COLUMN total TYPE numeric(8,2)"),
    unmet: [{ path, field: "total", problem: "precision" }],
  },
  {
    name: "NOT NULL that is not stated is required if the column had it",
    rules: ["K8"],
    setup: [orders],
    claims: [put(fieldsOf(path, "status", "note"))],
    ...migrate("refused", "ALTER TABLE public.orders ALTER COLUMN status DROP NOT NULL"),
    unmet: [{ path, field: "status", problem: "nullability" }],
  },
  {
    name: "the columns of a wildcard are required like named ones",
    rules: ["K8"],
    setup: [orders],
    claims: [put(fieldsOf(path, "*"))],
    ...migrate("refused", "ALTER TABLE public.orders DROP COLUMN note", status("varchar(10)")),
    unmet: [
      { path, field: "note", problem: "missing column" },
      { path, field: "status", problem: "length" },
    ],
  },
  {
    name: "a stated min_length stays as stated after the column was widened",
    rules: ["K8", "K11"],
    setup: [orders],
    claims: [put(fieldsOf(path, { name: "status", min_length: 5 }))],
    ...migrate("accepted", status("varchar(40)")),
    then: [
      migrate("accepted", status("varchar(5)")),
      {
        ...migrate("refused", status("varchar(4)")),
        unmet: [{ path, field: "status", problem: "length" }],
      },
    ],
  },
  {
    name: "a stated length of a type stays as stated after the column was widened",
    rules: ["K8", "F17"],
    setup: [orders],
    claims: [put(fieldsOf(path, { name: "status", type: "varchar(10)" }))],
    ...migrate("accepted", status("varchar(60)")),
    then: [
      migrate("accepted", status("varchar(10)")),
      {
        ...migrate("refused", status("varchar(9)")),
        unmet: [{ path, field: "status", problem: "length" }],
      },
    ],
  },
  {
    name: "a stated nullability stays as stated after the column became NOT NULL",
    rules: ["K8", "F15"],
    setup: [orders],
    claims: [put(fieldsOf(path, { name: "note", is_nullable: true }))],
    ...migrate("accepted", "ALTER TABLE public.orders ALTER COLUMN note SET NOT NULL"),
    then: [migrate("accepted", "ALTER TABLE public.orders ALTER COLUMN note DROP NOT NULL")],
  },
  {
    name: "only the final state of a migration counts",
    rules: ["K10"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id", "status"))],
    ...migrate(
      "accepted",
      "ALTER TABLE public.orders RENAME TO elsewhere",
      status("varchar(1)").replace("orders", "elsewhere"),
      "ALTER TABLE public.elsewhere ALTER COLUMN status DROP NOT NULL",
      "ALTER TABLE public.elsewhere ALTER COLUMN status TYPE varchar(20)",
      "ALTER TABLE public.elsewhere ALTER COLUMN status SET NOT NULL",
      "ALTER TABLE public.elsewhere RENAME TO orders",
    ),
    readable: { reporter: ["SELECT id, status FROM public.orders"] },
  },
  {
    name: "a refused migration changes neither what is claimed nor what is granted",
    rules: ["K10"],
    setup: [orders],
    claims: [put(fieldsOf(path, "*"))],
    ...migrate(
      "refused",
      "ALTER TABLE public.orders ADD COLUMN region text",
      status("varchar(40)"),
      "ALTER TABLE public.orders DROP COLUMN note",
    ),
    unmet: [{ path, field: "note", problem: "missing column" }],
    readable: { reporter: ["SELECT * FROM public.orders"] },
    then: [
      migrate("accepted", status("varchar(30)")),
      {
        ...migrate("refused", status("varchar(29)")),
        unmet: [{ path, field: "status", problem: "length" }],
      },
    ],
  },
  {
    name: "a widening that was accepted is the new claim",
    rules: ["K11"],
    setup: [orders],
    claims: [put(fieldsOf(path, "status", "total"))],
    ...migrate(
      "accepted",
      status("varchar(40)"),
      "ALTER TABLE public.orders ALTER COLUMN total TYPE numeric(12,4)",
    ),
    then: [
      {
        ...migrate(
          "refused",
          status("varchar(30)"),
          "ALTER TABLE public.orders ALTER COLUMN total TYPE numeric(12,3)",
        ),
        unmet: [
          { path, field: "status", problem: "length", expected: /40/, actual: /30/ },
          { path, field: "total", problem: "scale" },
        ],
      },
      migrate("accepted", status("varchar(40)")),
    ],
  },
  {
    name: "NOT NULL that a migration adds is the new claim",
    rules: ["K11"],
    setup: [orders],
    claims: [put(fieldsOf(path, "note"))],
    ...migrate("accepted", "ALTER TABLE public.orders ALTER COLUMN note SET NOT NULL"),
    then: [
      {
        ...migrate("refused", "ALTER TABLE public.orders ALTER COLUMN note DROP NOT NULL"),
        unmet: [{ path, field: "note", problem: "nullability" }],
      },
    ],
  },
  {
    name: "a column that a wildcard found is required from then on",
    rules: ["K11"],
    setup: [orders],
    claims: [put(fieldsOf(path, "*"))],
    ...migrate("accepted", "ALTER TABLE public.orders ADD COLUMN region text"),
    then: [
      {
        ...migrate("refused", "ALTER TABLE public.orders DROP COLUMN region"),
        unmet: [{ path, field: "region", problem: "missing column" }],
      },
    ],
  },
  {
    name: "an optional table that came is free to change and to go again",
    rules: ["K11", "K9"],
    claims: [put({ match: [{ path, fields: ["*"], optional: true }] })],
    ...migrate("accepted", orders),
    then: [
      migrate("accepted", "ALTER TABLE public.orders DROP COLUMN note", status("text")),
      { readable: { reporter: ["SELECT * FROM public.orders"] } },
      migrate("accepted", "DROP TABLE public.orders"),
    ],
  },
  {
    name: "an alternative that becomes the only one is held to the shape of the last sync",
    rules: ["K11", "F20"],
    setup: [orders, "CREATE TABLE public.purchases (id int)"],
    claims: [
      put({
        match: [
          {
            alternatives: [
              { path, fields: ["id"] },
              { path: "public.purchases", fields: ["id"] },
            ],
          },
        ],
      }),
    ],
    ...migrate("accepted", "ALTER TABLE public.purchases ALTER COLUMN id TYPE bigint"),
    then: [
      migrate("accepted", "DROP TABLE public.orders"),
      {
        ...migrate("refused", "ALTER TABLE public.purchases ALTER COLUMN id TYPE int"),
        unmet: [
          { path, field: null, problem: "missing table" },
          { path: "public.purchases", field: "id", problem: "type", expected: /bigint/ },
        ],
      },
    ],
  },
  {
    name: "sync takes the present shape for the new claim without validating",
    rules: ["K11"],
    setup: [orders],
    claims: [put(fieldsOf(path, "*"))],
    then: [
      {
        sql: [
          "ALTER TABLE public.orders DROP COLUMN note, ALTER COLUMN status TYPE varchar(10)",
          "SELECT integratedb_sync()",
        ],
        ...migrate("accepted", "ALTER TABLE public.orders ADD COLUMN region text"),
        readable: { reporter: ["SELECT * FROM public.orders"] },
      },
      {
        ...migrate("refused", status("varchar(9)")),
        unmet: [{ path, field: "status", problem: "length", expected: /10/ }],
      },
    ],
  },
  {
    name: "sync after a rollback migration makes room for going back again",
    rules: ["K11"],
    setup: [orders],
    claims: [put(fieldsOf(path, "status"))],
    ...migrate("accepted", status("varchar(40)")),
    then: [
      { ...migrate("refused", status("varchar(20)")), unmet: [{ path, field: "status" }] },
      {
        sql: [status("varchar(20)"), "SELECT integratedb_sync()"],
        ...migrate("accepted", "ALTER TABLE public.orders DROP COLUMN note"),
      },
    ],
  },
  {
    name: "sync does not forgive a named column that is gone, nor forget what it was",
    rules: ["K11"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id", "note"))],
    then: [
      {
        sql: ["ALTER TABLE public.orders DROP COLUMN note", "SELECT integratedb_sync()"],
        ...migrate("refused", "ALTER TABLE public.orders DROP COLUMN total"),
        unmet: [{ path, field: "note", problem: "missing column" }],
        readable: { reporter: ["SELECT id FROM public.orders"] },
      },
      {
        ...migrate("refused", "ALTER TABLE public.orders ADD COLUMN note bigint"),
        unmet: [{ path, field: "note", problem: "type", expected: /text/, actual: /bigint/ }],
      },
      migrate("accepted", "ALTER TABLE public.orders ADD COLUMN note text"),
    ],
  },
  {
    name: "putting a claim again replaces it whole",
    rules: ["K12"],
    setup: [orders, "CREATE TABLE public.customers (id int)"],
    claims: [
      put({
        match: [
          { path, fields: ["id", "note"] },
          { path: "public.customers", fields: ["id"] },
        ],
      }),
      put(fieldsOf(path, "status", "note")),
    ],
    readable: { reporter: ["SELECT status, note FROM public.orders"] },
    unreadable: {
      reporter: ["SELECT id FROM public.orders", "SELECT id FROM public.customers"],
    },
    then: [
      migrate(
        "accepted",
        "ALTER TABLE public.orders DROP COLUMN id",
        "DROP TABLE public.customers",
      ),
    ],
  },
  {
    name: "putting a claim again forgets what the old one had seen",
    rules: ["K12", "K8"],
    setup: [orders],
    claims: [put(fieldsOf(path, "status"))],
    then: [
      {
        sql: [status("varchar(10)")],
        claims: [put(fieldsOf(path, "status"))],
        ...migrate("accepted", status("varchar(10)")),
      },
    ],
  },
  {
    name: "claims of several names are a union, and each holds by itself",
    rules: ["K12"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id")), putNamed("notes", fieldsOf(path, "note"))],
    readable: { reporter: ["SELECT id, note FROM public.orders"] },
    ...migrate("refused", "ALTER TABLE public.orders DROP COLUMN id, DROP COLUMN note"),
    unmet: [
      { claim: "orders", path, field: "id", problem: "missing column" },
      { claim: "notes", path, field: "note", problem: "missing column" },
    ],
  },
  {
    name: "a claim that is deleted protects and grants nothing any more",
    rules: ["K13"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id"))],
    then: [
      {
        asked: [
          answers("integratedb.delete_claim('@reporter', 'orders')", true),
          answers("integratedb.delete_claim('@reporter', 'orders')", false),
        ],
      },
      { unreadable: { reporter: ["SELECT id FROM public.orders"] } },
      migrate("accepted", "DROP TABLE public.orders"),
    ],
  },
];
