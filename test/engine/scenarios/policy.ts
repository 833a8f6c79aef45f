import { answers, fieldsOf, migrate, noClaimStored, orders, put, putRefused } from "./build.ts";
import type { Scenario } from "./scenario.ts";

const path = "public.orders";
const setPolicy = (policy: unknown) =>
  `SELECT integratedb.set_policy('${JSON.stringify(policy).replaceAll("'", "''")}')`;
const deny = (path: string, ...columns: readonly string[]) => ({
  effect: "deny",
  stakeholder: "*",
  path,
  columns,
});
const customers = "CREATE TABLE public.customers (id int, name text, email text)";

/** Who may claim what. */
export const policies: readonly Scenario[] = [
  {
    name: "a column that policy denies cannot be claimed by name",
    rules: ["policy"],
    setup: [orders, customers, setPolicy({ rules: [deny("public.customers", "email")] })],
    claims: [
      putRefused(fieldsOf("public.customers", "id", "email"), { message: /email/ }),
      putRefused(
        fieldsOf("public.customers", "id", { alternatives: [{ name: "name" }, { name: "email" }] }),
      ),
      putRefused(fieldsOf("public.customers", "id", { name: "email", optional: true })),
    ],
    asked: [noClaimStored],
    then: [
      {
        claims: [put(fieldsOf("public.customers", "id", "name"))],
        readable: { reporter: ["SELECT id, name FROM public.customers"] },
      },
    ],
  },
  {
    name: "a wildcard passes over what policy denies, and nobody is held to it",
    rules: ["policy"],
    setup: [orders, customers, setPolicy({ rules: [deny("public.customers", "email")] })],
    claims: [
      put(fieldsOf("public.customers", "*")),
      { stakeholder: "auditor", claim: "all", spec: fieldsOf("public.*", "*") },
    ],
    readable: {
      reporter: ["SELECT id, name FROM public.customers"],
      auditor: ["SELECT id, name FROM public.customers", "SELECT * FROM public.orders"],
    },
    unreadable: {
      reporter: ["SELECT email FROM public.customers"],
      auditor: ["SELECT email FROM public.customers"],
    },
    then: [
      migrate("accepted", "ALTER TABLE public.customers DROP COLUMN email"),
      {
        ...migrate("refused", "ALTER TABLE public.customers DROP COLUMN name"),
        unmet: [
          { stakeholder: "@reporter", path: "public.customers", field: "name" },
          { stakeholder: "@auditor", path: "public.customers", field: "name" },
        ],
      },
    ],
  },
  {
    name: "a sensitive column is claimed by its name or not at all",
    rules: ["policy"],
    setup: [customers, setPolicy({ sensitive: ["public.customers.email"] })],
    claims: [put(fieldsOf("public.customers", "*"))],
    readable: { reporter: ["SELECT id, name FROM public.customers"] },
    unreadable: { reporter: ["SELECT email FROM public.customers"] },
    then: [
      {
        claims: [put(fieldsOf("public.customers", "id", "email"))],
        readable: { reporter: ["SELECT id, email FROM public.customers"] },
        ...migrate("refused", "ALTER TABLE public.customers DROP COLUMN email"),
        unmet: [{ path: "public.customers", field: "email", problem: "missing column" }],
      },
    ],
  },
  {
    name: "a wildcard does not pick up a sensitive column that a migration adds",
    rules: ["policy", "K11"],
    setup: [orders, setPolicy({ sensitive: ["*.*.card_*"] })],
    claims: [put(fieldsOf("public.*", "*"))],
    ...migrate(
      "accepted",
      "ALTER TABLE public.orders ADD COLUMN card_number text, ADD COLUMN region text",
    ),
    readable: { reporter: ["SELECT id, region FROM public.orders"] },
    unreadable: { reporter: ["SELECT card_number FROM public.orders"] },
    then: [migrate("accepted", "ALTER TABLE public.orders DROP COLUMN card_number")],
  },
  {
    name: "a column that becomes sensitive is taken out of wildcards by the next sync",
    rules: ["policy", "K11"],
    setup: [customers],
    claims: [
      put(fieldsOf("public.customers", "*")),
      { stakeholder: "mailer", claim: "emails", spec: fieldsOf("public.customers", "email") },
    ],
    then: [
      {
        sql: [setPolicy({ sensitive: ["public.customers.email"] }), "SELECT integratedb_sync()"],
        readable: {
          reporter: ["SELECT id, name FROM public.customers"],
          mailer: ["SELECT email FROM public.customers"],
        },
        unreadable: { reporter: ["SELECT email FROM public.customers"] },
      },
    ],
  },
  {
    name: "what one stakeholder is denied another may claim",
    rules: ["policy"],
    setup: [
      customers,
      setPolicy({
        rules: [{ effect: "deny", stakeholder: "rep*", path: "public.*", columns: ["*"] }],
      }),
    ],
    claims: [
      putRefused(fieldsOf("public.customers", "id")),
      putRefused({ match: [{ path: "public.customers" }] }),
      { stakeholder: "auditor", claim: "ids", spec: fieldsOf("public.customers", "id") },
    ],
    readable: { auditor: ["SELECT id FROM public.customers"] },
    unreadable: { reporter: ["SELECT id FROM public.customers"] },
  },
  {
    name: "once something is allowed, only that may be claimed, and a denial wins",
    rules: ["policy"],
    setup: [
      orders,
      customers,
      setPolicy({
        rules: [
          { effect: "allow", stakeholder: "*", path: "public.customers", columns: ["*"] },
          deny("public.customers", "e*"),
        ],
      }),
    ],
    claims: [
      putRefused(fieldsOf(path, "id")),
      putRefused(fieldsOf("public.customers", "email")),
      put(fieldsOf("public.*", "*")),
    ],
    readable: { reporter: ["SELECT id, name FROM public.customers"] },
    unreadable: {
      reporter: ["SELECT id FROM public.orders", "SELECT email FROM public.customers"],
    },
    then: [migrate("accepted", "DROP TABLE public.orders")],
  },
  {
    name: "a policy is read back as it was set, and a malformed one is refused",
    rules: ["policy"],
    setup: [setPolicy({ rules: [deny("public.customers", "email")], sensitive: ["*.*.secret"] })],
    stakeholders: [],
    refused: [
      { rules: "none" },
      { rules: [{ effect: "maybe", stakeholder: "*", path: "*.*", columns: ["*"] }] },
      { rules: [{ effect: "deny", who: "*" }] },
      { sensitive: "public.customers.email" },
      { sensitive: [7] },
      { unknown: [] },
      [],
    ].map((policy) => ({ sql: setPolicy(policy), refusal: {} })),
    asked: [
      answers("integratedb.get_policy()->'rules'->0->>'path'", "public.customers"),
      answers("integratedb.get_policy()->'rules'->0->'columns'", ["email"]),
      answers("integratedb.get_policy()->'sensitive'", ["*.*.secret"]),
    ],
  },
  {
    name: "an operator manages the stakeholders whose names match its pattern and no others",
    rules: ["operators"],
    roles: ["team"],
    setup: [orders],
    stakeholders: ["reporter"],
    sql: [
      "SELECT integratedb.put_operator('@team', 'web*')",
      `SET ROLE @team;
       SELECT integratedb.put_stakeholder('@web');
       SELECT integratedb.put_claim('@web', 'orders', '{"match": [{"path": "public.orders", "fields": ["id"]}]}')`,
      "RESET ROLE",
    ],
    readable: { web: ["SELECT id FROM public.orders"] },
    refused: [
      "SELECT integratedb.put_stakeholder('@other')",
      "SELECT integratedb.put_claim('@reporter', 'orders', '{\"match\": []}')",
      "SELECT integratedb.delete_claim('@reporter', 'orders')",
      "SELECT integratedb.rename_stakeholder('@web', '@other')",
      "SELECT integratedb.rename_stakeholder('@reporter', '@website')",
      "SELECT integratedb.delete_stakeholder('@reporter')",
      "SELECT integratedb.rotate_login('@reporter', 'SCRAM-SHA-256$4096:AAAA$AAAA:AAAA')",
      "SELECT integratedb.set_policy('{}')",
      "SELECT integratedb.put_operator('@team', '*')",
      "SELECT integratedb.delete_operator('@team')",
    ].map((sql) => ({
      sql: `SET ROLE @team; ${sql}`,
      refusal: { sqlstate: ["42501"] },
    })),
    asked: [answers("SELECT count(*)::int FROM integratedb.stakeholders", 2)],
    then: [
      {
        sql: ["SELECT integratedb.delete_operator('@team')"],
        refused: [
          {
            sql: "SET ROLE @team; SELECT integratedb.delete_claim('@web', 'orders')",
            refusal: { sqlstate: ["42501"] },
          },
        ],
      },
    ],
  },
];
