import { fieldsOf, migrate, noClaimStored, orders, put, putRefused } from "./build.ts";
import type { Scenario } from "./scenario.ts";

const long = "a".repeat(63);
const accented = "é".repeat(31);

/** K6 and F10: names are taken as they are. */
export const identifiers: readonly Scenario[] = [
  {
    name: "the case of a table's name counts",
    rules: ["K6"],
    setup: [orders, 'CREATE TABLE public."Orders" ("Id" int, secret text)'],
    claims: [putRefused(fieldsOf("public.ORDERS", "id")), put(fieldsOf("public.Orders", "Id"))],
    readable: { reporter: ['SELECT "Id" FROM public."Orders"'] },
    unreadable: { reporter: ["SELECT id FROM public.orders"] },
    then: [
      migrate("accepted", "DROP TABLE public.orders"),
      {
        ...migrate("refused", 'ALTER TABLE public."Orders" RENAME TO orders'),
        unmet: [{ path: "public.Orders", field: null, problem: "missing table" }],
      },
    ],
  },
  {
    name: "the case of a column's name counts",
    rules: ["K6"],
    setup: ['CREATE TABLE public.orders ("Id" int, id int)'],
    claims: [putRefused(fieldsOf("public.orders", "ID")), put(fieldsOf("public.orders", "Id"))],
    readable: { reporter: ['SELECT "Id" FROM public.orders'] },
    unreadable: { reporter: ["SELECT id FROM public.orders"] },
    ...migrate("refused", 'ALTER TABLE public.orders DROP COLUMN "Id"'),
    unmet: [{ path: "public.orders", field: "Id", problem: "missing column" }],
  },
  {
    name: "the case of a schema's name counts",
    rules: ["K6"],
    setup: ['CREATE SCHEMA "Sales"', 'CREATE TABLE "Sales".orders (id int)'],
    claims: [
      putRefused(fieldsOf("sales.orders", "id")),
      putRefused(fieldsOf("sales.*", "*")),
      put(fieldsOf("Sales.*", "*")),
    ],
    readable: { reporter: ['SELECT id FROM "Sales".orders'] },
  },
  {
    name: "reserved words, quotes, spaces and semicolons are ordinary names",
    rules: ["F10"],
    setup: [
      'CREATE SCHEMA "or""der by"',
      'CREATE TABLE "or""der by"."select; --" ("fr""om" int, "a.b" text, "$1" int, "\'" text, "%I" int, "\\" int)',
    ],
    claims: [put(fieldsOf('"or""der by".select; --', 'fr"om', "a.b", "'", "%I", "\\"))],
    readable: {
      reporter: [`SELECT "fr""om", "a.b", "'", "%I", "\\" FROM "or""der by"."select; --"`],
    },
    unreadable: { reporter: ['SELECT "$1" FROM "or""der by"."select; --"'] },
    ...migrate("refused", 'ALTER TABLE "or""der by"."select; --" DROP COLUMN "fr""om"'),
    unmet: [{ path: '"or""der by".select; --', field: 'fr"om', problem: "missing column" }],
  },
  {
    name: "a wildcard grants columns whatever they are called",
    rules: ["F10"],
    setup: ['CREATE TABLE public."user" ("group" int, "a""b" int, "größe" int, "🐘" int, " " int)'],
    claims: [put(fieldsOf("public.user", "*"))],
    readable: { reporter: ['SELECT * FROM public."user"'] },
    ...migrate("accepted", 'ALTER TABLE public."user" ADD COLUMN "}{"",;" int'),
    then: [
      { readable: { reporter: ['SELECT * FROM public."user"'] } },
      {
        ...migrate("refused", 'ALTER TABLE public."user" DROP COLUMN "}{"",;"'),
        unmet: [{ path: "public.user", field: '}{",;', problem: "missing column" }],
      },
    ],
  },
  {
    name: "names of 63 bytes can be claimed",
    rules: ["F10"],
    setup: [`CREATE TABLE public.${long} (${long} int, "${accented}" int)`],
    claims: [put(fieldsOf(`public.${long}`, long, accented))],
    readable: { reporter: [`SELECT ${long}, "${accented}" FROM public.${long}`] },
    ...migrate("refused", `ALTER TABLE public.${long} DROP COLUMN "${accented}"`),
    unmet: [{ path: `public.${long}`, field: accented, problem: "missing column" }],
  },
  {
    name: "a name of 64 bytes is not cut to one of 63 that exists",
    rules: ["F10"],
    setup: [
      `CREATE SCHEMA s${long.slice(1)}`,
      `CREATE TABLE s${long.slice(1)}.orders (id int)`,
      `CREATE TABLE public.${long} (id int, ${long} int, "${accented}x" int)`,
    ],
    claims: [
      putRefused(fieldsOf(`public.${long}a`, "id")),
      putRefused(fieldsOf(`public.${long}`, "id", `${long}a`)),
      putRefused(fieldsOf(`public.${long}`, `${accented}xy`)),
      putRefused(fieldsOf(`s${long}.orders`, "id")),
    ],
    asked: [noClaimStored],
    unreadable: { reporter: [`SELECT id FROM public.${long}`] },
  },
  {
    name: "names with a dot or a quote stand in double quotes within a path",
    rules: ["F10", "K3"],
    setup: [
      'CREATE SCHEMA "a.b"',
      'CREATE TABLE "a.b"."c.d" (id int, note text)',
      'CREATE TABLE "a.b"."""" (id int)',
      "CREATE SCHEMA a",
      'CREATE TABLE a."b.c.d" (id int)',
    ],
    claims: [
      putRefused(fieldsOf("a.b.c.d", "id")),
      putRefused(fieldsOf('"a.b.c.d"', "id")),
      putRefused(fieldsOf('"a.b"."c.d', "id")),
      putRefused(fieldsOf('"a.b".c"."d', "id")),
      put({
        match: [
          { path: '"a.b"."c.d"', fields: ["id"] },
          { path: '"a.b".""""', fields: ["*"] },
        ],
      }),
    ],
    readable: { reporter: ['SELECT id FROM "a.b"."c.d"', 'SELECT * FROM "a.b".""""'] },
    unreadable: { reporter: ['SELECT note FROM "a.b"."c.d"', 'SELECT id FROM a."b.c.d"'] },
    ...migrate("refused", 'DROP TABLE "a.b"."c.d", "a.b".""""'),
    unmet: [
      { path: '"a.b"."c.d"', field: null, problem: "missing table" },
      { path: '"a.b".""""', field: null, problem: "missing table" },
    ],
    then: [
      { claims: [put(fieldsOf('"a.b".*', "*"))], ...migrate("accepted", "DROP SCHEMA a CASCADE") },
    ],
  },
  {
    name: "a column's name with a dot is not taken for a table",
    rules: ["F10"],
    setup: ['CREATE TABLE public.a (b int, "b.c" int)'],
    claims: [put(fieldsOf("public.a", "b.c"))],
    readable: { reporter: ['SELECT "b.c" FROM public.a'] },
    unreadable: { reporter: ["SELECT b FROM public.a"] },
    then: [migrate("accepted", "ALTER TABLE public.a DROP COLUMN b")],
  },
];
