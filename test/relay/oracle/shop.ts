import type pg from "pg";

/** A value as events have it. */
export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

export interface Table {
  readonly name: string;
  /** Columns of the primary key, in the table's order; none: only inserts are told. */
  readonly key: readonly string[];
  /** Whether events tell the whole row before. */
  readonly isFull: boolean;
  /** Changes of this column move the row to another partition: a delete and an insert. */
  readonly partitionedBy?: string;
  readonly ddl: readonly string[];
}

export const regions = ["eu", "us", "asia"];

/** `secret` is for nobody; what is `big` is stored out of line, so that updates leave it unsent. */
export const columns = [
  ...["id", "region", "status", "amount", "qty", "note", "big", "secret", "marker"],
] as const;

const definition = `id bigint NOT NULL, region text NOT NULL, status text NOT NULL, amount numeric(12, 2), qty integer,
  note text, big text, secret text NOT NULL, marker bigint NOT NULL`;
const outOfLine = (name: string) => `ALTER TABLE shop.${name} ALTER big SET STORAGE EXTERNAL`;

export const tables: readonly Table[] = [
  {
    name: "orders",
    key: ["id"],
    isFull: false,
    ddl: [`CREATE TABLE shop.orders (${definition}, PRIMARY KEY (id))`, outOfLine("orders")],
  },
  {
    name: "people",
    key: ["id"],
    isFull: true,
    ddl: [
      `CREATE TABLE shop.people (${definition}, PRIMARY KEY (id))`,
      "ALTER TABLE shop.people REPLICA IDENTITY FULL",
      outOfLine("people"),
    ],
  },
  {
    // All who get its changes have a condition, so that the server filters it where it can.
    name: "stock",
    key: ["id"],
    isFull: true,
    ddl: [
      `CREATE TABLE shop.stock (${definition}, PRIMARY KEY (id))`,
      "ALTER TABLE shop.stock REPLICA IDENTITY FULL",
      outOfLine("stock"),
    ],
  },
  {
    name: "parts",
    key: ["id", "region"],
    isFull: false,
    partitionedBy: "region",
    ddl: [
      `CREATE TABLE shop.parts (${definition}, PRIMARY KEY (region, id)) PARTITION BY LIST (region)`,
      outOfLine("parts"),
      ...regions.flatMap((region) => [
        `CREATE TABLE shop.parts_${region} PARTITION OF shop.parts FOR VALUES IN ('${region}')`,
        outOfLine(`parts_${region}`),
      ]),
    ],
  },
  {
    name: "visits",
    key: [],
    isFull: false,
    ddl: [`CREATE TABLE shop.visits (${definition})`, outOfLine("visits")],
  },
];

export function table(name: string): Table {
  const found = tables.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no table ${name}`);
  return found;
}

export async function createShop(owner: pg.Client): Promise<void> {
  await owner.query("CREATE SCHEMA shop");
  for (const { ddl } of tables) for (const statement of ddl) await owner.query(statement);
}

/** The key of a row among those of its table. */
export function keyOf({ key }: Table, row: Row): string {
  return key.map((column) => String(row[column])).join("/");
}

/** Whether an update that does not set `big` leaves it unsent, unless the whole row before is told. */
export function isOutOfLine(value: Value | undefined): boolean {
  return typeof value === "string" && value.length > 2_000;
}
