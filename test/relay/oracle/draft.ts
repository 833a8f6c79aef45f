import type { Change } from "./log.ts";
import { keyOf, type Row, table } from "./shop.ts";
import type { ShopState } from "./state.ts";
import type { EventKind, Route } from "./subscription.ts";

interface AddedColumn {
  readonly name: string;
  readonly value: string | null;
}

/** What a transaction has done so far, as its writer sees it. */
export class Draft {
  readonly #state: ShopState;
  #changes: Change[] = [];
  /** By table and key; undefined: there is no row now. */
  #rows = new Map<string, Row | undefined>();
  #truncated = new Set<string>();
  readonly #routes = new Map<string, readonly Route[]>();
  readonly #added = new Map<string, AddedColumn>();

  constructor(state: ShopState) {
    this.#state = state;
  }

  get changes(): readonly Change[] {
    return this.#changes;
  }

  row(name: string, key: string): Row | undefined {
    const place = `${name}/${key}`;
    const row = this.#rows.has(place) ? this.#rows.get(place) : this.#committed(name, key);
    const added = this.#added.get(name);
    return row && added && !(added.name in row) ? { ...row, [added.name]: added.value } : row;
  }

  columns(name: string): readonly string[] {
    const added = this.#added.get(name);
    const known = this.#state.columns(name);
    return added ? [...known, added.name] : known;
  }

  routes(name: string): readonly Route[] {
    return this.#routes.get(name) ?? this.#state.routes(name);
  }

  insert(name: string, after: Row): void {
    this.#add(name, "INSERT", { after, setsBig: true });
    this.#put(name, after);
  }

  update(name: string, before: Row, after: Row, setsBig: boolean): void {
    const { partitionedBy } = table(name);
    if (partitionedBy !== undefined && before[partitionedBy] !== after[partitionedBy]) {
      this.#add(name, "DELETE", { before, setsBig: true });
      this.#add(name, "INSERT", { after, setsBig: true });
    } else this.#add(name, "UPDATE", { before, after, setsBig });
    this.#rows.set(`${name}/${keyOf(table(name), before)}`, undefined);
    this.#put(name, after);
  }

  delete(name: string, before: Row): void {
    this.#add(name, "DELETE", { before, setsBig: true });
    this.#rows.set(`${name}/${keyOf(table(name), before)}`, undefined);
  }

  truncate(name: string): void {
    this.#add(name, "TRUNCATE", { setsBig: true });
    this.#truncated.add(name);
    for (const place of this.#rows.keys()) {
      if (place.startsWith(`${name}/`)) this.#rows.delete(place);
    }
  }

  /** From here on, in this transaction and when it has committed. */
  route(name: string, routes: readonly Route[]): void {
    this.#routes.set(name, routes);
  }

  addColumn(name: string, column: AddedColumn): void {
    this.#added.set(name, column);
  }

  /** @returns what undoes all that comes after, of rows */
  savepoint(): () => void {
    const [changes, rows, truncated] = [this.#changes.length, this.#rows, this.#truncated];
    this.#rows = new Map(rows);
    this.#truncated = new Set(truncated);
    return () => {
      this.#changes = this.#changes.slice(0, changes);
      this.#rows = new Map(rows);
      this.#truncated = new Set(truncated);
    };
  }

  /** The transaction has committed. */
  settle(): void {
    for (const name of this.#truncated) this.#state.rows(name).clear();
    for (const [name, { name: column, value }] of this.#added) {
      this.#state.addColumn(name, column, value);
    }
    for (const [place, row] of this.#rows) {
      const slash = place.indexOf("/");
      const rows = this.#state.rows(place.slice(0, slash));
      const key = place.slice(slash + 1);
      if (row === undefined) rows.delete(key);
      else rows.set(key, this.row(place.slice(0, slash), key) ?? row);
    }
    for (const [name, routes] of this.#routes) this.#state.setRoutes(name, routes);
  }

  #committed(name: string, key: string): Row | undefined {
    return this.#truncated.has(name) ? undefined : this.#state.rows(name).get(key);
  }

  #put(name: string, row: Row): void {
    const { key } = table(name);
    if (key.length > 0) this.#rows.set(`${name}/${keyOf(table(name), row)}`, row);
  }

  #add(name: string, kind: EventKind, parts: Pick<Change, "before" | "after" | "setsBig">): void {
    const routes = this.routes(name);
    this.#changes.push({ table: name, kind, ...parts, routes, columns: this.columns(name) });
  }
}
