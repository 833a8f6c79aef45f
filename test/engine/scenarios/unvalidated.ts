import { fieldsOf, migrate, orders, put, putNamed } from "./build.ts";
import type { Scenario } from "./scenario.ts";

const path = "public.orders";
const existing = { match: [{ path }] };
const swapViews = [
  "ALTER VIEW public.v RENAME TO x",
  "ALTER VIEW public.w RENAME TO v",
  "ALTER VIEW public.x RENAME TO w",
];

/** K13, where claims change after the schema did and before anybody validated or synced that. */
export const unvalidated: readonly Scenario[] = [
  {
    name: "a table that is claimed under a name that it gives up again keeps no reader from there",
    rules: ["K13", "F7"],
    setup: [orders],
    claims: [{ stakeholder: "auditor", claim: "orders", spec: { match: [{ path }] } }],
    then: [
      {
        sql: ["ALTER TABLE public.orders RENAME TO purchases"],
        claims: [put({ match: [{ path: "public.purchases", fields: ["*"], optional: true }] })],
        readable: { reporter: ["SELECT * FROM public.purchases"] },
      },
      {
        ...migrate("accepted", "ALTER TABLE public.purchases RENAME TO orders"),
        unreadable: { reporter: ["SELECT id FROM public.orders"] },
      },
    ],
  },
  {
    name: "a table that was renamed before its claim was deleted keeps no reader under either name",
    rules: ["K13", "F7"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id"))],
    then: [
      {
        sql: [
          "ALTER TABLE public.orders RENAME TO purchases",
          "SELECT integratedb.delete_claim('@reporter', 'orders')",
        ],
        unreadable: { reporter: ["SELECT id FROM public.purchases"] },
      },
      {
        ...migrate("accepted", "ALTER TABLE public.purchases RENAME TO orders"),
        unreadable: { reporter: ["SELECT id FROM public.orders"] },
      },
    ],
  },
  {
    name: "a table that was renamed before its claim was replaced keeps no reader",
    rules: ["K13", "K12"],
    setup: [orders, "CREATE TABLE public.customers (id int)"],
    claims: [put(fieldsOf(path, "id"))],
    then: [
      {
        sql: ["ALTER TABLE public.orders RENAME TO purchases"],
        claims: [put(fieldsOf("public.customers", "id"))],
        readable: { reporter: ["SELECT id FROM public.customers"] },
        unreadable: { reporter: ["SELECT id FROM public.purchases"] },
      },
    ],
  },
  {
    name: "a table that was renamed before its stakeholder claimed it keeps no reader below a view of its name",
    rules: ["K13", "F7"],
    setup: [orders],
    claims: [put(existing)],
    then: [
      {
        sql: ["ALTER TABLE public.orders RENAME TO purchases"],
        claims: [
          put({
            match: [
              {
                alternatives: [
                  { path: "public.purchases", fields: [{ name: "id", is_nullable: true }] },
                  { path: "public.missing" },
                ],
              },
            ],
          }),
        ],
        readable: { reporter: ["SELECT id FROM public.purchases"] },
      },
      {
        ...migrate(
          "accepted",
          "ALTER TABLE public.purchases RENAME TO beneath",
          "CREATE VIEW public.purchases AS SELECT id FROM public.beneath",
        ),
        readable: { reporter: ["SELECT id FROM public.purchases"] },
        unreadable: { reporter: ["SELECT id FROM public.beneath"] },
      },
    ],
  },
  {
    name: "tables that were swapped while one of their claims was deleted keep the other's reader when they swap back",
    rules: ["K13", "F7", "F12"],
    setup: ["CREATE VIEW public.v AS SELECT 1 AS id", "CREATE VIEW public.w AS SELECT 2 AS id"],
    claims: [
      putNamed("first", { match: [{ path: "public.v", fields: ["*"], optional: true }] }),
      putNamed("second", fieldsOf("public.w", "*")),
    ],
    then: [
      { sql: [...swapViews, "SELECT integratedb.delete_claim('@reporter', 'first')"] },
      {
        ...migrate("accepted", ...swapViews),
        readable: { reporter: ["SELECT id FROM public.w"] },
        unreadable: { reporter: ["SELECT id FROM public.v"] },
      },
    ],
  },
  {
    name: "columns that were swapped while a claim was put are granted as they are called in the end",
    rules: ["K13", "F7"],
    setup: ["CREATE TABLE public.orders (a int, b int, c int)"],
    claims: [put(fieldsOf(path, "a"))],
    then: [
      {
        sql: [
          "ALTER TABLE public.orders RENAME COLUMN a TO x",
          "ALTER TABLE public.orders RENAME COLUMN b TO a",
        ],
        claims: [putNamed("other", fieldsOf(path, "c"))],
      },
      {
        ...migrate("accepted", "ALTER TABLE public.orders RENAME COLUMN x TO b"),
        readable: { reporter: ["SELECT a, c FROM public.orders"] },
        unreadable: { reporter: ["SELECT b FROM public.orders"] },
      },
    ],
  },
];
