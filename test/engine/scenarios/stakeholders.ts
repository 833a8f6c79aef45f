import { answers, fieldsOf, migrate, orders, put } from "./build.ts";
import type { Scenario } from "./scenario.ts";

const path = "public.orders";
const put_stakeholder = (name: string, options = "{}") =>
  `SELECT integratedb.put_stakeholder('${name}', '${options}')`;
const roleExists = (name: string) =>
  `EXISTS (SELECT FROM pg_roles WHERE rolname = lower('${name}'))`;
const schemaExists = (name: string) =>
  `EXISTS (SELECT FROM pg_namespace WHERE nspname = lower('${name}'))`;
const nobody = answers("SELECT count(*)::int FROM integratedb.stakeholders", 0);

/** K14 to K16 and F11: stakeholders with their roles and schemas. */
export const stakeholders: readonly Scenario[] = [
  {
    name: "a stakeholder has a role without login and a schema of its name",
    rules: ["K14"],
    stakeholders: ["reporter"],
    asked: [
      answers(roleExists("@reporter"), true),
      answers(
        "SELECT rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls FROM pg_roles WHERE rolname = '@reporter'",
        false,
      ),
      answers(
        "SELECT pg_get_userbyid(nspowner)::text FROM pg_namespace WHERE nspname = '@reporter'",
        "@reporter",
      ),
    ],
    readable: {
      reporter: ["CREATE TABLE @reporter.mine (id int)", "SELECT id FROM @reporter.mine"],
    },
    unreadable: { reporter: ["CREATE TABLE integratedb.mine (id int)"] },
  },
  {
    name: "a stakeholder's name is a plain identifier",
    rules: ["K14"],
    refused: [
      "",
      "1reporter",
      "re porter",
      "re-porter",
      "re.porter",
      're"porter',
      "re''porter",
      "reporter;",
      "reporter\n",
      "$reporter",
      " reporter",
    ].map((name) => ({ sql: put_stakeholder(name), refusal: {} })),
    asked: [nobody],
    stakeholders: [],
    then: [
      {
        sql: [put_stakeholder("@_re_2_Porter")],
        asked: [answers("SELECT count(*)::int FROM integratedb.stakeholders", 1)],
      },
    ],
  },
  {
    name: "a stakeholder's name has at most 32 characters",
    rules: ["K14"],
    stakeholders: [],
    refused: [{ sql: put_stakeholder(`@${"a".repeat(25)}`), refusal: {} }],
    asked: [nobody],
    then: [
      {
        sql: [put_stakeholder(`@${"a".repeat(24)}`)],
        asked: [answers(roleExists(`@${"a".repeat(24)}`), true)],
      },
    ],
  },
  {
    name: "a stakeholder's name is lower-cased, and means the same in any case",
    rules: ["K14"],
    setup: [orders],
    stakeholders: [],
    sql: [put_stakeholder("@Reporter"), put_stakeholder("@REPORTER"), put_stakeholder("@reporter")],
    asked: [
      answers("SELECT count(*)::int FROM integratedb.stakeholders", 1),
      answers(roleExists("@reporter"), true),
      answers("EXISTS (SELECT FROM pg_roles WHERE rolname = '@Reporter')", false),
      answers("EXISTS (SELECT FROM pg_namespace WHERE nspname = '@Reporter')", false),
    ],
    claims: [{ stakeholder: "REPORTER", claim: "orders", spec: fieldsOf(path, "id") }],
    readable: { reporter: ["SELECT id FROM public.orders"] },
  },
  {
    name: "putting a stakeholder again changes nothing",
    rules: ["K14"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id"))],
    then: [
      {
        sql: ["CREATE TABLE @reporter.mine (id int)", put_stakeholder("@reporter")],
        readable: { reporter: ["SELECT id FROM public.orders"] },
        asked: [
          answers("SELECT count(*)::int FROM integratedb.stakeholders", 1),
          answers("to_regclass('@reporter.mine') IS NOT NULL", true),
        ],
      },
      { ...migrate("refused", "DROP TABLE public.orders"), unmet: [{ path, field: null }] },
    ],
  },
  {
    name: "names that Postgres or the engine keep for themselves are refused",
    rules: ["K14", "F11"],
    stakeholders: [],
    refused: [
      "pg_reporter",
      "PG_reporter",
      "integratedb",
      "public",
      "information_schema",
      "none",
    ].map((name) => ({ sql: put_stakeholder(name), refusal: {} })),
    asked: [nobody],
  },
  {
    name: "a role that exists is not taken over unless adoption is asked for",
    rules: ["F11"],
    roles: ["reporter"],
    stakeholders: [],
    refused: [{ sql: put_stakeholder("@reporter"), refusal: {} }],
    asked: [nobody, answers(schemaExists("@reporter"), false)],
    then: [
      {
        sql: [put_stakeholder("@reporter", '{"adopt": true}')],
        asked: [
          answers("SELECT count(*)::int FROM integratedb.stakeholders", 1),
          answers(schemaExists("@reporter"), true),
        ],
      },
    ],
  },
  {
    name: "a schema that exists is not taken over unless adoption is asked for",
    rules: ["F11"],
    setup: ["CREATE SCHEMA @reporter", "CREATE TABLE @reporter.precious (id int)"],
    stakeholders: [],
    refused: [{ sql: put_stakeholder("@reporter"), refusal: {} }],
    asked: [
      nobody,
      answers(roleExists("@reporter"), false),
      answers(
        "SELECT pg_get_userbyid(nspowner) = current_user FROM pg_namespace WHERE nspname = '@reporter'",
        true,
      ),
    ],
    then: [
      {
        sql: [put_stakeholder("@reporter", '{"adopt": true}')],
        asked: [
          answers(roleExists("@reporter"), true),
          answers("to_regclass('@reporter.precious') IS NOT NULL", true),
        ],
      },
    ],
  },
  {
    name: "options that nobody knows are refused",
    rules: ["K14"],
    stakeholders: [],
    refused: [
      { sql: put_stakeholder("@reporter", '{"adopted": true}'), refusal: {} },
      { sql: put_stakeholder("@reporter", "[]"), refusal: {} },
      { sql: put_stakeholder("@reporter", '{"adopt": "yes"}'), refusal: {} },
    ],
    asked: [nobody, answers(roleExists("@reporter"), false)],
  },
  {
    name: "a claim of a stakeholder that does not exist is refused",
    rules: ["K14"],
    setup: [orders],
    stakeholders: [],
    claims: [
      {
        stakeholder: "nobody",
        claim: "orders",
        spec: fieldsOf(path, "id"),
        refused: { message: /nobody/ },
      },
    ],
    asked: [answers("SELECT count(*)::int FROM integratedb.claims", 0)],
  },
  {
    name: "renaming a stakeholder renames its role and its schema, and its claims go on",
    rules: ["K15"],
    setup: [orders],
    stakeholders: ["reporter"],
    claims: [put(fieldsOf(path, "id"))],
    then: [
      {
        sql: [
          "CREATE TABLE @reporter.mine (id int)",
          "SELECT integratedb.rename_stakeholder('@reporter', '@Analyst')",
        ],
        asked: [
          answers(roleExists("@reporter"), false),
          answers(schemaExists("@reporter"), false),
          answers(roleExists("@analyst"), true),
          answers("to_regclass('@analyst.mine') IS NOT NULL", true),
        ],
        readable: { analyst: ["SELECT id FROM public.orders"] },
        unreadable: { analyst: ["SELECT note FROM public.orders"] },
      },
      {
        ...migrate("refused", "ALTER TABLE public.orders DROP COLUMN id"),
        unmet: [{ stakeholder: "@analyst", claim: "orders", path, field: "id" }],
      },
      {
        claims: [{ stakeholder: "analyst", claim: "orders", spec: fieldsOf(path, "note") }],
        ...migrate("accepted", "ALTER TABLE public.orders DROP COLUMN id"),
        readable: { analyst: ["SELECT note FROM public.orders"] },
      },
    ],
  },
  {
    name: "renaming a stakeholder makes the old passwords useless",
    rules: ["K15"],
    stakeholders: ["reporter"],
    sql: [
      `SELECT integratedb.rotate_login('@reporter', 'SCRAM-SHA-256$4096:${Buffer.alloc(16, 1).toString("base64")}$${Buffer.alloc(32, 2).toString("base64")}:${Buffer.alloc(32, 3).toString("base64")}')`,
    ],
    asked: [
      answers(
        "SELECT count(*)::int FROM pg_authid WHERE rolname LIKE '@reporter%' AND rolcanlogin AND rolpassword IS NOT NULL",
        1,
      ),
    ],
    then: [
      {
        sql: ["SELECT integratedb.rename_stakeholder('@reporter', '@analyst')"],
        asked: [
          answers("SELECT count(*)::int FROM pg_roles WHERE rolname LIKE '@reporter%'", 0),
          answers(
            "SELECT count(*)::int FROM pg_authid WHERE rolname LIKE '@analyst%' AND rolcanlogin AND rolpassword IS NOT NULL",
            0,
          ),
        ],
      },
    ],
  },
  {
    name: "a stakeholder is not renamed to a bad name, to one that is taken, nor if it does not exist",
    rules: ["K15", "K14", "F11"],
    stakeholders: ["reporter", "auditor"],
    roles: ["shop"],
    setup: ["CREATE SCHEMA @sales"],
    refused: [
      "SELECT integratedb.rename_stakeholder('@reporter', '@auditor')",
      "SELECT integratedb.rename_stakeholder('@reporter', '@shop')",
      "SELECT integratedb.rename_stakeholder('@reporter', '@sales')",
      "SELECT integratedb.rename_stakeholder('@reporter', '1st')",
      "SELECT integratedb.rename_stakeholder('@reporter', 'pg_reporter')",
      "SELECT integratedb.rename_stakeholder('@nobody', '@somebody')",
    ].map((sql) => ({ sql, refusal: {} })),
    asked: [
      answers(roleExists("@reporter"), true),
      answers(schemaExists("@reporter"), true),
      answers(roleExists("@somebody"), false),
    ],
  },
  {
    name: "deleting a stakeholder deletes its claims, its role and its empty schema",
    rules: ["K16"],
    setup: [orders, "CREATE SCHEMA sales", "CREATE TABLE sales.items (id int)"],
    claims: [
      put({
        match: [
          { path, fields: ["*"] },
          { path: "sales.*", fields: ["*"] },
        ],
      }),
    ],
    then: [
      {
        sql: ["SELECT integratedb.delete_stakeholder('@reporter')"],
        asked: [
          nobody,
          answers("SELECT count(*)::int FROM integratedb.claims", 0),
          answers("SELECT count(*)::int FROM pg_roles WHERE rolname LIKE '@reporter%'", 0),
          answers(schemaExists("@reporter"), false),
        ],
        ...migrate("accepted", "DROP TABLE public.orders", "DROP SCHEMA sales CASCADE"),
      },
    ],
  },
  {
    name: "a schema that is not empty outlives its stakeholder, and that is said",
    rules: ["K16"],
    stakeholders: ["reporter"],
    readable: { reporter: ["CREATE TABLE @reporter.precious (id int)"] },
    asked: [
      answers(
        `SELECT count(*) > 0
           FROM jsonb_array_elements(integratedb.delete_stakeholder('@reporter')->'kept') AS kept
          WHERE kept->>'object' LIKE '%@reporter%' AND kept->>'reason' <> ''`,
        true,
      ),
      answers("to_regclass('@reporter.precious') IS NOT NULL", true),
      answers("SELECT count(*)::int FROM pg_roles WHERE rolname LIKE '@reporter%'", 0),
      nobody,
    ],
  },
  {
    name: "a schema that is not empty goes with its stakeholder if that is asked for",
    rules: ["K16"],
    stakeholders: ["reporter"],
    readable: { reporter: ["CREATE TABLE @reporter.disposable (id int)"] },
    then: [
      {
        sql: [`SELECT integratedb.delete_stakeholder('@reporter', '{"cascade": true}')`],
        asked: [
          answers(schemaExists("@reporter"), false),
          answers("SELECT count(*)::int FROM pg_roles WHERE rolname LIKE '@reporter%'", 0),
        ],
      },
    ],
  },
  {
    name: "deleting a stakeholder that does not exist reports nothing",
    rules: ["K16"],
    stakeholders: ["reporter"],
    roles: ["shop"],
    asked: [
      answers(
        "SELECT jsonb_array_length(report->'dropped') + jsonb_array_length(report->'kept') FROM integratedb.delete_stakeholder('@shop') AS report",
        0,
      ),
      answers(roleExists("@shop"), true),
      answers(roleExists("@reporter"), true),
    ],
  },
  {
    name: "deleting one stakeholder leaves the others alone",
    rules: ["K16", "F12"],
    setup: [orders],
    claims: [
      put(fieldsOf(path, "id")),
      { stakeholder: "reporter_two", claim: "orders", spec: fieldsOf(path, "id") },
    ],
    then: [
      {
        sql: ["SELECT integratedb.delete_stakeholder('@reporter')"],
        readable: { reporter_two: ["SELECT id FROM public.orders"] },
        ...migrate("refused", "DROP TABLE public.orders"),
        unmet: [{ stakeholder: "@reporter_two", path, field: null }],
      },
    ],
  },
];
