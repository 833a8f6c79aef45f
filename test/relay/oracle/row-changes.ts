import type pg from "pg";
import type { Random } from "../../fuzz/random.ts";
import type { Draft } from "./draft.ts";
import { keyOf, type Row, regions, type Table, type Value } from "./shop.ts";
import type { ShopState } from "./state.ts";

const statuses = ["open", "paid", "sent", "lost"];
/** Few, so that rows change often. */
const ids = 30;

/** Random statements about rows, each also told to the draft of its transaction. */
export class RowChanges {
  readonly #client: pg.ClientBase;
  readonly #random: Random;
  readonly #state: ShopState;

  constructor(client: pg.ClientBase, random: Random, state: ShopState) {
    this.#client = client;
    this.#random = random;
    this.#state = state;
  }

  /** Some key that rows of the table may have. */
  anyKey(table: Table): string {
    const parts = table.key.map((column) =>
      column === "id" ? this.#random.int(1, ids) : this.#random.pick(regions),
    );
    return parts.join("/");
  }

  /** Changes one of the rows with these keys, or adds one. */
  async change(draft: Draft, table: Table, keys: readonly string[]): Promise<void> {
    const key = this.#random.perhaps(keys);
    if (key === undefined) return this.insert(draft, table, undefined);
    const row = draft.row(table.name, key);
    if (row === undefined) return this.insert(draft, table, key);
    if (this.#random.chance(0.2)) return this.#delete(draft, table, row);
    const free = keys.filter((other) => draft.row(table.name, other) === undefined);
    const moved = this.#random.chance(0.25) ? this.#random.perhaps(free) : undefined;
    return this.#update(draft, table, row, moved);
  }

  async insert(draft: Draft, table: Table, key: string | undefined): Promise<void> {
    const row: Record<string, Value> = {
      id: String(this.#random.int(1, ids)),
      region: this.#random.pick(regions),
      ...this.#values(),
      big: this.#big(),
      ...(key !== undefined && keyValues(table, key)),
    };
    for (const column of draft.columns(table.name)) {
      if (!(column in row)) row[column] = this.#added(column);
    }
    const names = Object.keys(row);
    await this.#client.query(
      `INSERT INTO shop.${table.name} (${names.join(", ")}) VALUES (${names.map((_, at) => `$${at + 1}`).join(", ")})`,
      Object.values(row),
    );
    draft.insert(table.name, row);
  }

  async #update(draft: Draft, table: Table, before: Row, key: string | undefined): Promise<void> {
    const all: Record<string, Value> = { ...this.#values(), region: this.#random.pick(regions) };
    if (table.key.includes("region")) delete all["region"];
    for (const column of draft.columns(table.name)) {
      if (column.startsWith("extra")) all[column] = this.#added(column);
    }
    const chosen = Object.entries(all).filter(
      ([name]) => name === "marker" || this.#random.chance(0.3),
    );
    const set: Record<string, Value> = Object.fromEntries(chosen);
    const setsBig = this.#random.chance(0.15);
    if (setsBig) set["big"] = this.#big();
    if (key !== undefined) Object.assign(set, keyValues(table, key));
    const names = Object.keys(set);
    const where = table.key.map((column, at) => `${column} = $${names.length + at + 1}`);
    const { rowCount } = await this.#client.query(
      `UPDATE shop.${table.name} SET ${names.map((name, at) => `${name} = $${at + 1}`).join(", ")} WHERE ${where.join(" AND ")}`,
      [...Object.values(set), ...table.key.map((column) => before[column])],
    );
    if (rowCount !== 1) throw new Error(`${table.name} ${keyOf(table, before)}: no row to update`);
    draft.update(table.name, before, { ...before, ...set }, setsBig);
  }

  async #delete(draft: Draft, table: Table, before: Row): Promise<void> {
    const where = table.key.map((column, at) => `${column} = $${at + 1}`).join(" AND ");
    const { rowCount } = await this.#client.query(
      `DELETE FROM shop.${table.name} WHERE ${where}`,
      table.key.map((column) => before[column]),
    );
    if (rowCount !== 1) throw new Error(`${table.name} ${keyOf(table, before)}: no row to delete`);
    draft.delete(table.name, before);
  }

  #values(): Record<string, Value> {
    const random = this.#random;
    const marker = this.#state.nextMarker();
    return {
      status: random.pick(statuses),
      amount: random.chance(0.1) ? null : (random.int(0, 10_000) / 100).toFixed(2),
      qty: random.chance(0.1) ? null : random.int(-3, 12),
      note: random.chance(0.3)
        ? null
        : random.pick(["", "é ✓ \\ \" '", "line\nline\ttab", "plain"]),
      secret: `SECRET-${marker}`,
      marker,
    };
  }

  #big(): string | null {
    if (this.#random.chance(0.4)) return null;
    const unit = this.#random.int(0, 0xffff_ffff).toString(16).padStart(8, "0");
    return unit.repeat(this.#random.chance(0.3) ? 20 : this.#random.int(320, 900));
  }

  #added(column: string): Value {
    return this.#random.chance(0.3) ? null : `${column}-${this.#random.int(1, 9)}`;
  }
}

function keyValues({ key: columns }: Table, key: string): Record<string, Value> {
  const values = key.split("/");
  return Object.fromEntries(columns.map((column, at) => [column, values[at] ?? null]));
}
