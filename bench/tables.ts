import type pg from "pg";

/** Tables in the database, claimed or not. */
export const tableCount = 1_000;

const types = [
  "text not null",
  "varchar(40)",
  "numeric(10,2)",
  "timestamptz not null",
  "boolean",
  "bigint not null",
  "jsonb",
  "uuid",
  "integer[]",
  "date",
];

/** Every so many tables have a column of an enum and one of a domain. */
const userTypesEvery = 20;

/** The columns of a table, `[name, definition]`: 10 to 30 of them, 20 on average. */
export function columnsOf(table: number): [name: string, definition: string][] {
  const count = 10 + ((table * 8) % 21);
  const columns = Array.from({ length: count }, (_, index): [string, string] => [
    `c${index}`,
    types[(index + table) % types.length] ?? "",
  ]);
  columns[0] = ["id", "bigint primary key"];
  if (table % userTypesEvery === 0) {
    columns[1] = ["c1", "public.mood"];
    columns[2] = ["c2", "public.amount"];
  }
  return columns;
}

export const pathOf = (table: number): string => `public.t${table}`;

/** Makes the tables. */
export async function createTables(client: pg.Client): Promise<void> {
  await client.query(`
    create type public.mood as enum ('sad', 'ok', 'happy');
    create domain public.amount as numeric(12, 2) check (value >= 0);
  `);
  const statements = Array.from({ length: tableCount }, (_, table) => {
    const columns = columnsOf(table).map((column) => column.join(" "));
    return `create table ${pathOf(table)} (${columns.join(", ")})`;
  });
  await client.query(statements.join(";\n"));
}
