/** `name` as an identifier in SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A `schema.table` path as it is written in SQL; see `partsOf` for how it is split. */
export function quotedPath(path: string): string {
  const dot = path.indexOf(".");
  return `${quoted(path.slice(0, dot))}.${quoted(path.slice(dot + 1))}`;
}

const long = "a_name_of_63_bytes_".repeat(4).slice(0, 63);

/** Few enough that a table or column that is gone often comes back under the same name. */
export const schemaNames = ["public", "shop", 'Sales "EU"', "order by"] as const;

export const tableNames = [
  "orders",
  "Orders",
  "customers",
  "select",
  'qu"ote',
  "größe",
  "it's; --",
  "%I",
  long,
] as const;

export const columnNames = [
  "id",
  "Id",
  "status",
  "total",
  "a.b",
  'sp "ace',
  "from",
  "{}",
  "naïve",
  "\\",
  `${long.slice(1)}z`,
] as const;
