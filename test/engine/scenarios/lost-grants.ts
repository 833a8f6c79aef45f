import { answers, fieldsOf, migrate, orders, put, putRefused } from "./build.ts";
import type { Scenario } from "./scenario.ts";

const path = "public.orders";

/** F9 and F25: grants that somebody takes away, and grants that cannot be made. */
export const lostGrants: readonly Scenario[] = [
  {
    name: "a column's privilege that somebody revoked is given back by sync",
    rules: ["F25"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id", "status"))],
    then: [
      {
        sql: ["REVOKE SELECT (id) ON public.orders FROM @reporter"],
        unreadable: { reporter: ["SELECT id FROM public.orders"] },
      },
      {
        sql: ["SELECT integratedb_sync()"],
        readable: { reporter: ["SELECT id, status FROM public.orders"] },
      },
    ],
  },
  {
    name: "all privileges that somebody revoked on a table, a view and a schema come back with sync",
    rules: ["F25", "F8"],
    setup: [
      "CREATE SCHEMA sales",
      "CREATE TABLE sales.orders (id int, note text)",
      "CREATE VIEW sales.notes AS SELECT note FROM sales.orders",
    ],
    claims: [
      put({
        match: [
          { path: "sales.orders", fields: ["*"] },
          { path: "sales.notes", fields: ["*"] },
        ],
      }),
    ],
    then: [
      {
        sql: [
          "REVOKE ALL ON sales.orders FROM @reporter",
          "REVOKE ALL ON sales.notes FROM @reporter",
          "REVOKE ALL ON SCHEMA sales FROM @reporter",
        ],
        unreadable: { reporter: ["SELECT note FROM sales.notes"] },
      },
      {
        sql: ["SELECT integratedb_sync()"],
        readable: { reporter: ["SELECT * FROM sales.orders", "SELECT * FROM sales.notes"] },
      },
    ],
  },
  {
    name: "a migration that revokes a claimed column is accepted and takes nothing away",
    rules: ["F25", "K10"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id"))],
    ...migrate("accepted", "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM @reporter"),
    readable: { reporter: ["SELECT id FROM public.orders"] },
  },
  {
    name: "a grant that the engine may not make is an error when the claim is put, not a warning",
    rules: ["F9"],
    owner: "limited",
    setup: [orders],
    claims: [putRefused(fieldsOf(path, "id"), { sqlstate: ["P0001", "42501"], message: /orders/ })],
    unreadable: { reporter: ["SELECT id FROM public.orders"] },
    asked: [answers("SELECT count(*)::int FROM integratedb.claims", 0)],
  },
  {
    name: "a grant that the engine may not make stops the migration that would lose a reader",
    rules: ["F9", "F7"],
    owner: "limited",
    setup: [orders, "ALTER TABLE public.orders OWNER TO @owner"],
    claims: [put(fieldsOf(path, "id"))],
    readable: { reporter: ["SELECT id FROM public.orders"] },
    ...migrate("refused", "DROP TABLE public.orders", orders),
    refusal: { sqlstate: ["42501"], message: /GRANT/ },
    unmet: [],
    then: [
      {
        ...migrate(
          "accepted",
          "DROP TABLE public.orders",
          orders,
          "ALTER TABLE public.orders OWNER TO @owner",
        ),
        readable: { reporter: ["SELECT id FROM public.orders"] },
        unreadable: { reporter: ["SELECT note FROM public.orders"] },
      },
    ],
  },
  {
    name: "an engine that is a member of the tables' owner grants in its name",
    rules: ["F9", "F8"],
    owner: "limited",
    roles: ["shop"],
    setup: [
      "GRANT @shop TO @owner",
      "CREATE SCHEMA sales AUTHORIZATION @shop",
      "CREATE TABLE sales.orders (id int, note text)",
      "ALTER TABLE sales.orders OWNER TO @shop",
    ],
    claims: [put(fieldsOf("sales.orders", "id"))],
    readable: { reporter: ["SELECT id FROM sales.orders"] },
    ...migrate("accepted", "ALTER TABLE sales.orders DROP COLUMN note"),
    then: [
      {
        sql: ["SELECT integratedb.delete_claim('@reporter', 'orders')"],
        unreadable: { reporter: ["SELECT id FROM sales.orders"] },
      },
    ],
  },
];
