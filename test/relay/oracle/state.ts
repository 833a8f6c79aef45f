import { columns, type Row, tables } from "./shop.ts";
import type { Route } from "./subscription.ts";

/** What is committed of a table. */
export interface TableState {
  readonly rows: ReadonlyMap<string, Row>;
  readonly routes: readonly Route[];
  readonly columns: readonly string[];
}

/** What all writers together have committed, each table and row known to whoever holds its lock. */
export class ShopState {
  readonly #rows = new Map(tables.map(({ name }) => [name, new Map<string, Row>()]));
  readonly #routes = new Map<string, readonly Route[]>(tables.map(({ name }) => [name, []]));
  readonly #columns = new Map<string, readonly string[]>(tables.map(({ name }) => [name, columns]));
  #marker = 0;

  of(name: string): TableState {
    return { rows: this.rows(name), routes: this.routes(name), columns: this.columns(name) };
  }

  rows(name: string): Map<string, Row> {
    return this.#rows.get(name) as Map<string, Row>;
  }

  routes(name: string): readonly Route[] {
    return this.#routes.get(name) ?? [];
  }

  columns(name: string): readonly string[] {
    return this.#columns.get(name) ?? [];
  }

  setRoutes(name: string, routes: readonly Route[]): void {
    this.#routes.set(name, routes);
  }

  addColumn(name: string, column: string, value: string | null): void {
    this.#columns.set(name, [...this.columns(name), column]);
    const rows = this.rows(name);
    for (const [key, row] of rows) rows.set(key, { ...row, [column]: value });
  }

  /** No two changes have the same. */
  nextMarker(): string {
    this.#marker++;
    return String(this.#marker);
  }
}
