import { fieldsOf, migrate, noClaimStored, orders, put, putNamed, putRefused } from "./build.ts";
import type { Scenario } from "./scenario.ts";

const path = "public.orders";

/** K7 to K9, F19 to F21: what must exist, when a claim is put and when a migration ends. */
export const existence: readonly Scenario[] = [
  {
    name: "a claim on a table that does not exist is refused",
    rules: ["K7"],
    claims: [
      putRefused(fieldsOf("public.orders", "id"), { message: /public\.orders/ }),
      putRefused({ match: [{ path: "public.orders" }] }, { message: /public\.orders/ }),
    ],
    asked: [noClaimStored],
  },
  {
    name: "a claim on a table of a schema that does not exist is refused",
    rules: ["K7"],
    setup: [orders],
    claims: [putRefused(fieldsOf("sales.orders", "id"), { message: /sales/ })],
    asked: [noClaimStored],
  },
  {
    name: "a claim on a column that does not exist is refused",
    rules: ["K7"],
    setup: [orders],
    claims: [putRefused(fieldsOf(path, "id", "stauts"), { message: /stauts/ })],
    unreadable: { reporter: ["SELECT id FROM public.orders"] },
    asked: [noClaimStored],
  },
  {
    name: "a claim that states another type than the column's is refused",
    rules: ["K7"],
    setup: [orders],
    claims: [
      putRefused(fieldsOf(path, { name: "id", type: "bigint" }), { message: /public\.orders\.id/ }),
      putRefused(fieldsOf(path, { name: "status", type: "text" })),
      putRefused(fieldsOf(path, { name: "id", type: "int[]" })),
    ],
    asked: [noClaimStored],
  },
  {
    name: "a claim that states NOT NULL of a nullable column is refused",
    rules: ["K7"],
    setup: [orders],
    claims: [
      putRefused(fieldsOf(path, { name: "note", is_nullable: false })),
      put(fieldsOf(path, { name: "status", is_nullable: false })),
    ],
  },
  {
    name: "a claim may state up to the length that the column has",
    rules: ["K7"],
    setup: [orders],
    claims: [
      putRefused(fieldsOf(path, { name: "status", min_length: 21 })),
      put(fieldsOf(path, { name: "status", min_length: 20 })),
    ],
    readable: { reporter: ["SELECT status FROM public.orders"] },
  },
  {
    name: "a claim that is refused leaves the one before it in force",
    rules: ["K7", "K12"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id")), putRefused(fieldsOf(path, "status", "nothing"))],
    readable: { reporter: ["SELECT id FROM public.orders"] },
    unreadable: { reporter: ["SELECT status FROM public.orders"] },
    then: [
      {
        migration: ["ALTER TABLE public.orders DROP COLUMN id"],
        verdict: "refused",
        unmet: [{ path, field: "id", problem: "missing column" }],
      },
    ],
  },
  {
    name: "a claimed column cannot be dropped and one that nobody claims can",
    rules: ["K9"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id"))],
    migration: ["ALTER TABLE public.orders DROP COLUMN note"],
    verdict: "accepted",
    then: [
      {
        migration: ["ALTER TABLE public.orders DROP COLUMN id"],
        verdict: "refused",
        unmet: [
          {
            stakeholder: "@reporter",
            claim: "orders",
            path,
            field: "id",
            problem: "missing column",
            expected: /integer/,
          },
        ],
        readable: { reporter: ["SELECT id FROM public.orders"] },
      },
    ],
  },
  {
    name: "a claimed column that is renamed is missing",
    rules: ["K9"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id", "note"))],
    migration: ["ALTER TABLE public.orders RENAME COLUMN note TO remark"],
    verdict: "refused",
    unmet: [{ path, field: "note", problem: "missing column" }],
  },
  {
    name: "a claimed table cannot be dropped, renamed or moved",
    rules: ["K9"],
    setup: [orders, "CREATE SCHEMA archive"],
    claims: [put(fieldsOf(path, "id"))],
    ...migrate("refused", "DROP TABLE public.orders"),
    unmet: [{ path, field: null, problem: "missing table" }],
    then: [
      {
        ...migrate("refused", "ALTER TABLE public.orders RENAME TO purchases"),
        unmet: [{ path, field: null, problem: "missing table" }],
      },
      {
        ...migrate("refused", "ALTER TABLE public.orders SET SCHEMA archive"),
        unmet: [{ path, field: null, problem: "missing table" }],
        readable: { reporter: ["SELECT id FROM public.orders"] },
      },
    ],
  },
  {
    name: "a schema that holds a claimed table cannot be dropped or renamed",
    rules: ["K9"],
    setup: ["CREATE SCHEMA sales", "CREATE TABLE sales.orders (id int)"],
    claims: [put(fieldsOf("sales.orders", "id"))],
    ...migrate("refused", "DROP SCHEMA sales CASCADE"),
    unmet: [{ path: "sales.orders", field: null, problem: "missing schema" }],
    then: [
      {
        ...migrate("refused", "ALTER SCHEMA sales RENAME TO shop"),
        unmet: [{ path: "sales.orders", field: null, problem: "missing schema" }],
      },
    ],
  },
  {
    name: "an optional match need not exist, and is granted in the migration that makes it",
    rules: ["K9", "F6"],
    claims: [put({ match: [{ path, fields: ["id"], optional: true }] })],
    ...migrate("accepted", orders),
    readable: { reporter: ["SELECT id FROM public.orders"] },
    unreadable: { reporter: ["SELECT status FROM public.orders"] },
    then: [migrate("accepted", "DROP TABLE public.orders")],
  },
  {
    name: "an optional match is never unmet, whatever becomes of its columns",
    rules: ["K9"],
    setup: [orders],
    claims: [
      put({ match: [{ path, fields: [{ name: "id", type: "int" }, "note"], optional: true }] }),
    ],
    ...migrate(
      "accepted",
      "ALTER TABLE public.orders ALTER COLUMN id TYPE bigint, DROP COLUMN note",
    ),
    readable: { reporter: ["SELECT id FROM public.orders"] },
  },
  {
    name: "an optional column need not exist, and is granted in the migration that adds it",
    rules: ["K9", "F19"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id", { name: "channel", type: "text", optional: true }))],
    ...migrate("accepted", "ALTER TABLE public.orders ADD COLUMN channel text"),
    readable: { reporter: ["SELECT id, channel FROM public.orders"] },
    then: [migrate("accepted", "ALTER TABLE public.orders DROP COLUMN channel")],
  },
  {
    name: "an optional column of another type than stated is granted and stops nothing",
    rules: ["K9", "K13"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id", { name: "note", type: "int", optional: true }))],
    readable: { reporter: ["SELECT id, note FROM public.orders"] },
    ...migrate("accepted", "ALTER TABLE public.orders ALTER COLUMN note TYPE varchar(5)"),
  },
  {
    name: "an optional column does not make the others optional",
    rules: ["K9"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id", { name: "note", optional: true }))],
    ...migrate("refused", "ALTER TABLE public.orders DROP COLUMN id, DROP COLUMN note"),
    unmet: [{ path, field: "id", problem: "missing column" }],
  },
  {
    name: "a missing optional column does not keep anybody's grants from being synced",
    rules: ["F19"],
    setup: [orders],
    claims: [
      put(fieldsOf(path, "id", { name: "channel", optional: true })),
      { stakeholder: "auditor", claim: "all", spec: fieldsOf(path, "*") },
    ],
    ...migrate("accepted", "ALTER TABLE public.orders ADD COLUMN region text"),
    readable: {
      reporter: ["SELECT id FROM public.orders"],
      auditor: ["SELECT * FROM public.orders", "SELECT region FROM public.orders"],
    },
  },
  {
    name: "one table of several alternatives is enough, when the claim is put and later",
    rules: ["F20", "K9"],
    setup: [orders],
    claims: [
      put({
        match: [
          {
            alternatives: [
              { path: "public.purchases", fields: ["id"] },
              { path, fields: ["id"] },
            ],
          },
        ],
      }),
    ],
    ...migrate("accepted", "ALTER TABLE public.orders RENAME TO purchases"),
    readable: { reporter: ["SELECT id FROM public.purchases"] },
    unreadable: { reporter: ["SELECT status FROM public.purchases"] },
    then: [
      {
        ...migrate("refused", "DROP TABLE public.purchases"),
        unmet: [
          { path: "public.purchases", field: null, problem: "missing table" },
          { path, field: null, problem: "missing table" },
        ],
      },
    ],
  },
  {
    name: "alternatives none of which is met are refused when the claim is put",
    rules: ["F20", "K7"],
    setup: [orders],
    claims: [
      putRefused(
        {
          match: [
            {
              alternatives: [
                { path: "public.purchases", fields: ["id"] },
                { path, fields: ["number"] },
              ],
            },
          ],
        },
        {
          message: /public\.purchases[\s\S]*public\.orders|public\.orders[\s\S]*public\.purchases/,
        },
      ),
    ],
    asked: [noClaimStored],
  },
  {
    name: "an alternative whose table exists without its columns is not met, and tells its problem",
    rules: ["K9", "F20"],
    setup: [orders, "CREATE TABLE public.purchases (number bigint)"],
    claims: [
      put({
        match: [
          {
            alternatives: [
              { path, fields: ["id"] },
              { path: "public.purchases", fields: [{ name: "number", type: "int" }] },
            ],
          },
        ],
      }),
    ],
    ...migrate("refused", "DROP TABLE public.orders"),
    unmet: [
      { path, field: null, problem: "missing table" },
      {
        path: "public.purchases",
        field: "number",
        problem: "type",
        expected: /integer/,
        actual: /bigint/,
      },
    ],
    then: [
      migrate(
        "accepted",
        "DROP TABLE public.orders",
        "ALTER TABLE public.purchases ALTER COLUMN number TYPE int",
      ),
    ],
  },
  {
    name: "one column of several alternatives is enough, and a rename between them passes",
    rules: ["K9", "F20"],
    setup: [orders],
    claims: [
      put(
        fieldsOf(path, "id", {
          alternatives: [{ name: "state", type: "text" }, { name: "status" }],
        }),
      ),
    ],
    ...migrate(
      "accepted",
      "ALTER TABLE public.orders ADD COLUMN state text",
      "ALTER TABLE public.orders DROP COLUMN status",
    ),
    readable: { reporter: ["SELECT id, state FROM public.orders"] },
    then: [
      {
        ...migrate("refused", "ALTER TABLE public.orders DROP COLUMN state"),
        unmet: [
          { path, field: "state", problem: "missing column" },
          { path, field: "status", problem: "missing column" },
        ],
      },
    ],
  },
  {
    name: "a column's alternative with another shape than stated does not count",
    rules: ["K9"],
    setup: [orders],
    claims: [
      putRefused(
        fieldsOf(path, { alternatives: [{ name: "id", type: "text" }, { name: "state" }] }),
      ),
      put(fieldsOf(path, { alternatives: [{ name: "id", type: "text" }, { name: "note" }] })),
    ],
    ...migrate("refused", "ALTER TABLE public.orders DROP COLUMN note"),
    unmet: [
      { path, field: "id", problem: "type", expected: /text/, actual: /integer/ },
      { path, field: "note", problem: "missing column" },
    ],
  },
  {
    name: "optional alternatives of a column may all be missing",
    rules: ["K9"],
    setup: [orders],
    claims: [
      put(
        fieldsOf(path, "id", {
          alternatives: [{ name: "state" }, { name: "note" }],
          optional: true,
        }),
      ),
    ],
    readable: { reporter: ["SELECT note FROM public.orders"] },
    then: [migrate("accepted", "ALTER TABLE public.orders DROP COLUMN note")],
  },
  {
    name: "all columns of a missing table are refused at once, unless optional",
    rules: ["F21"],
    claims: [
      putRefused(fieldsOf(path, "*"), { message: /public\.orders/ }),
      putNamed("later", { match: [{ path, fields: ["*"], optional: true }] }),
    ],
    ...migrate("accepted", orders),
    readable: { reporter: ["SELECT * FROM public.orders"] },
  },
  {
    name: "all tables of a missing schema are refused at once, unless optional",
    rules: ["F21"],
    claims: [
      putRefused(fieldsOf("sales.*", "*"), { message: /sales/ }),
      putNamed("later", { match: [{ path: "sales.*", fields: ["*"], optional: true }] }),
    ],
    ...migrate("accepted", "CREATE SCHEMA sales", "CREATE TABLE sales.orders (id int, note text)"),
    readable: { reporter: ["SELECT * FROM sales.orders"] },
    then: [migrate("accepted", "DROP SCHEMA sales CASCADE")],
  },
  {
    name: "a claim that is unmet does not hide the others: all are reported at once",
    rules: ["K10"],
    setup: [orders, "CREATE TABLE public.customers (id int, email text)"],
    claims: [
      put({
        match: [
          { path, fields: ["id", "status", "total"] },
          { path: "public.customers", fields: ["id"] },
        ],
      }),
      { stakeholder: "auditor", claim: "totals", spec: fieldsOf(path, "total") },
    ],
    ...migrate(
      "refused",
      "ALTER TABLE public.orders DROP COLUMN total, ALTER COLUMN status TYPE text",
      "DROP TABLE public.customers",
    ),
    unmet: [
      { stakeholder: "@auditor", claim: "totals", path, field: "total", problem: "missing column" },
      { stakeholder: "@reporter", path, field: "total", problem: "missing column" },
      { stakeholder: "@reporter", path, field: "status", problem: "type" },
      { stakeholder: "@reporter", path: "public.customers", field: null, problem: "missing table" },
    ],
  },
];
