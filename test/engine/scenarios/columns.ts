import { fieldsOf, migrate, orders, put, putRefused } from "./build.ts";
import type { Scenario } from "./scenario.ts";

const path = "public.t";

/** F22, F23 and F27: constraints and expressions of columns. */
export const columns: readonly Scenario[] = [
  {
    name: "NOT NULL that is not validated does not count when the claim is put",
    rules: ["F22"],
    postgres: { min: 18 },
    setup: [
      "CREATE TABLE public.t (a int, b int)",
      "ALTER TABLE public.t ADD CONSTRAINT a_present NOT NULL a NOT VALID",
    ],
    claims: [
      putRefused(fieldsOf(path, { name: "a", is_nullable: false })),
      put(fieldsOf(path, "a")),
    ],
    ...migrate("accepted", "ALTER TABLE public.t DROP CONSTRAINT a_present"),
  },
  {
    name: "NOT NULL may not be replaced by one that is not validated",
    rules: ["F22"],
    postgres: { min: 18 },
    setup: ["CREATE TABLE public.t (a int NOT NULL, b int)"],
    claims: [put(fieldsOf(path, "a"))],
    ...migrate(
      "refused",
      "ALTER TABLE public.t ALTER COLUMN a DROP NOT NULL",
      "ALTER TABLE public.t ADD CONSTRAINT a_present NOT NULL a NOT VALID",
    ),
    unmet: [{ path, field: "a", problem: "nullability" }],
    then: [
      migrate(
        "accepted",
        "ALTER TABLE public.t ALTER COLUMN a DROP NOT NULL",
        "ALTER TABLE public.t ADD CONSTRAINT a_present NOT NULL a NOT VALID",
        "ALTER TABLE public.t VALIDATE CONSTRAINT a_present",
      ),
    ],
  },
  {
    name: "NOT NULL counts from the migration on that validates it",
    rules: ["F22", "K11"],
    postgres: { min: 18 },
    setup: [
      "CREATE TABLE public.t (a int)",
      "ALTER TABLE public.t ADD CONSTRAINT a_present NOT NULL a NOT VALID",
    ],
    claims: [put(fieldsOf(path, "a"))],
    ...migrate("accepted", "ALTER TABLE public.t VALIDATE CONSTRAINT a_present"),
    then: [
      {
        ...migrate("refused", "ALTER TABLE public.t DROP CONSTRAINT a_present"),
        unmet: [{ path, field: "a", problem: "nullability" }],
      },
    ],
  },
  {
    name: "a primary key makes its columns NOT NULL",
    rules: ["F22", "K8"],
    setup: ["CREATE TABLE public.t (a int, b int)"],
    claims: [put(fieldsOf(path, "a"))],
    ...migrate("accepted", "ALTER TABLE public.t ADD CONSTRAINT t_key PRIMARY KEY (a)"),
    then: [
      {
        ...migrate(
          "refused",
          "ALTER TABLE public.t DROP CONSTRAINT t_key",
          "ALTER TABLE public.t ALTER COLUMN a DROP NOT NULL",
        ),
        unmet: [{ path, field: "a", problem: "nullability" }],
      },
    ],
  },
  {
    name: "a stored generated column is a column, and may become a plain one",
    rules: ["F22"],
    setup: ["CREATE TABLE public.t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)"],
    claims: [put(fieldsOf(path, "b"))],
    readable: { reporter: ["SELECT b FROM public.t"] },
    unreadable: { reporter: ["SELECT a FROM public.t"] },
    ...migrate("accepted", "ALTER TABLE public.t ALTER COLUMN b DROP EXPRESSION"),
    then: [
      {
        ...migrate("refused", "ALTER TABLE public.t DROP COLUMN b"),
        unmet: [{ path, field: "b", problem: "missing column" }],
      },
    ],
  },
  {
    name: "a virtual generated column is a column, and may become a stored or plain one",
    rules: ["F22"],
    postgres: { min: 18 },
    setup: ["CREATE TABLE public.t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL, c text)"],
    claims: [put(fieldsOf(path, "b"))],
    readable: { reporter: ["SELECT b FROM public.t"] },
    unreadable: { reporter: ["SELECT a FROM public.t"] },
    ...migrate(
      "accepted",
      "ALTER TABLE public.t DROP COLUMN b",
      "ALTER TABLE public.t ADD COLUMN b int GENERATED ALWAYS AS (a * 3) STORED",
    ),
    then: [
      { readable: { reporter: ["SELECT b FROM public.t"] } },
      {
        ...migrate(
          "refused",
          "ALTER TABLE public.t DROP COLUMN b",
          "ALTER TABLE public.t ADD COLUMN b bigint GENERATED ALWAYS AS (a * 3) VIRTUAL",
        ),
        unmet: [{ path, field: "b", problem: "type" }],
      },
    ],
  },
  {
    name: "all columns include generated and identity columns",
    rules: ["F22", "K8"],
    setup: [
      "CREATE TABLE public.t (id int GENERATED ALWAYS AS IDENTITY, a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
    ],
    claims: [put(fieldsOf(path, "*"))],
    readable: { reporter: ["SELECT * FROM public.t", "SELECT id, b FROM public.t"] },
    ...migrate("refused", "ALTER TABLE public.t DROP COLUMN b, DROP COLUMN id"),
    unmet: [
      { path, field: "b", problem: "missing column" },
      { path, field: "id", problem: "missing column" },
    ],
    then: [migrate("accepted", "ALTER TABLE public.t ALTER COLUMN id DROP IDENTITY")],
  },
  {
    name: "several columns that are dropped and added again in another order pass",
    rules: ["F23"],
    setup: ["CREATE TABLE public.t (a int NOT NULL, b varchar(20), c text)"],
    claims: [put(fieldsOf(path, "*"))],
    ...migrate(
      "accepted",
      "ALTER TABLE public.t DROP COLUMN a, DROP COLUMN b",
      "ALTER TABLE public.t ADD COLUMN b varchar(20), ADD COLUMN a int NOT NULL",
    ),
    readable: { reporter: ["SELECT * FROM public.t"] },
    then: [
      {
        ...migrate("refused", "ALTER TABLE public.t DROP COLUMN a"),
        unmet: [{ path, field: "a", problem: "missing column" }],
      },
    ],
  },
  {
    name: "columns that were dropped long ago are no hindrance",
    rules: ["F23", "K13"],
    setup: [
      "CREATE TABLE public.t (gone int, a int, b int)",
      "ALTER TABLE public.t DROP COLUMN gone",
    ],
    claims: [put(fieldsOf(path, "*")), put(fieldsOf(path, "a", { name: "b", optional: true }))],
    ...migrate("accepted", "ALTER TABLE public.t DROP COLUMN b"),
    readable: { reporter: ["SELECT * FROM public.t"] },
    then: [
      {
        sql: ["SELECT integratedb.delete_claim('@reporter', 'orders')"],
        unreadable: { reporter: ["SELECT a FROM public.t"] },
      },
    ],
  },
  {
    name: "defaults, checks and indexes are nobody's claim",
    rules: ["K9"],
    setup: ["CREATE TABLE public.t (a int DEFAULT 1 CHECK (a > 0) UNIQUE)"],
    claims: [put(fieldsOf(path, "a"))],
    ...migrate(
      "accepted",
      "ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT, DROP CONSTRAINT t_a_check, DROP CONSTRAINT t_a_key",
    ),
  },
  {
    name: "a claim alone does not stop a primary key or a replica identity being dropped",
    rules: ["F27"],
    setup: [orders, "ALTER TABLE public.orders REPLICA IDENTITY FULL"],
    claims: [put(fieldsOf("public.orders", "*"))],
    ...migrate(
      "accepted",
      "ALTER TABLE public.orders DROP CONSTRAINT orders_pkey",
      "ALTER TABLE public.orders REPLICA IDENTITY NOTHING",
    ),
    then: [
      {
        ...migrate("refused", "ALTER TABLE public.orders DROP COLUMN id"),
        unmet: [{ path: "public.orders", field: "id", problem: "missing column" }],
      },
    ],
  },
];
