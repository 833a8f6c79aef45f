/** `name` as an identifier in SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The path of a table as it is written in a spec: names that hold a dot or a quote are quoted. */
export function pathOf({ schema, name }: { schema: string; name: string }): string {
  return [schema, name].map((part) => (/[."]/.test(part) ? quoted(part) : part)).join(".");
}

/** The schema and the table of a path; a table `*` is all of them. */
export function partsOf(path: string): { schema: string; name: string } {
  const parts = /^("(?:[^"]|"")*"|[^."]*)\.(.*)$/s.exec(path)?.slice(1) ?? [];
  const [schema = "", name = ""] = parts.map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part,
  );
  return { schema, name };
}

/** The path of a table as an identifier in SQL. */
export function quotedPath(path: string): string {
  const { schema, name } = partsOf(path);
  return `${quoted(schema)}.${quoted(name)}`;
}

const long = "a_name_of_63_bytes_".repeat(4).slice(0, 63);

/** Few enough that a table or column that is gone often comes back under the same name. */
export const schemaNames = ["public", "shop", 'Sales "EU"', "order.by"] as const;

export const tableNames = [
  "orders",
  "Orders",
  "customers",
  "select",
  'qu"ote',
  "größe",
  "it's; --",
  "public.orders",
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
