import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { Random } from "../../fuzz/random.ts";
import { Draft } from "./draft.ts";
import type { Locks } from "./locks.ts";
import type { CommitLog } from "./log.ts";
import { RowChanges } from "./row-changes.ts";
import { type Table, tables } from "./shop.ts";
import type { ShopState } from "./state.ts";

export interface Scene {
  readonly state: ShopState;
  readonly locks: Locks;
  readonly log: CommitLog;
}

/** Writes random transactions on one connection, one after the other. */
export class Writer {
  readonly #client: pg.ClientBase;
  readonly #name: string;
  readonly #random: Random;
  readonly #scene: Scene;
  readonly #rows: RowChanges;
  #prepared = 0;

  constructor(client: pg.ClientBase, name: string, random: Random, scene: Scene) {
    this.#client = client;
    this.#name = name;
    this.#random = random;
    this.#scene = scene;
    this.#rows = new RowChanges(client, random, scene.state);
  }

  /** @param pause milliseconds between two transactions, on average */
  async run(signal: AbortSignal, pause: number): Promise<void> {
    while (!signal.aborted) {
      const kind = this.#random.weighted({ rows: 90, burst: 3, truncate: 2 });
      if (kind === "rows") await this.#changeRows();
      else if (kind === "burst") await this.#burst();
      else await this.#truncate();
      if (this.#random.chance(0.3)) await sleep(this.#random.next() * pause * 6);
    }
  }

  async #changeRows(): Promise<void> {
    const chosen = this.#random.some(tables, 3);
    const keys = new Map(chosen.map((table) => [table, this.#keys(table)]));
    const wanted = chosen.flatMap((table) => [
      { name: table.name, alone: false },
      ...(keys.get(table) ?? []).map((key) => ({ name: `${table.name}/${key}`, alone: true })),
    ]);
    await this.#transaction(wanted, async (draft) => {
      const steps = this.#random.int(1, 6);
      for (let step = 0; step < steps; step++) {
        const table = this.#random.pick(chosen);
        if (this.#random.chance(0.12)) await this.#savepoint(draft, table, keys.get(table) ?? []);
        else await this.#rows.change(draft, table, keys.get(table) ?? []);
      }
    });
  }

  async #savepoint(draft: Draft, table: Table, keys: readonly string[]): Promise<void> {
    const undo = draft.savepoint();
    await this.#client.query("SAVEPOINT here");
    const steps = this.#random.int(1, 3);
    for (let step = 0; step < steps; step++) await this.#rows.change(draft, table, keys);
    if (this.#random.chance(0.6)) {
      await this.#client.query("ROLLBACK TO here");
      undo();
    } else await this.#client.query("RELEASE here");
  }

  /** More than the server keeps in memory, so that it is sent before it commits. */
  async #burst(): Promise<void> {
    const visits = tables.filter(({ key }) => key.length === 0);
    const wanted = visits.map(({ name }) => ({ name, alone: false }));
    await this.#transaction(wanted, async (draft) => {
      for (let row = 0; row < 40; row++) {
        await this.#rows.insert(draft, this.#random.pick(visits), undefined);
      }
    });
  }

  async #truncate(): Promise<void> {
    const chosen = this.#random.some(tables, 2);
    const wanted = chosen.map(({ name }) => ({ name, alone: true }));
    await this.#transaction(wanted, async (draft) => {
      for (const table of chosen) await this.#rows.change(draft, table, this.#keys(table));
      await this.#client.query(`TRUNCATE ${chosen.map(({ name }) => `shop.${name}`).join(", ")}`);
      for (const { name } of chosen) draft.truncate(name);
      for (const table of chosen) await this.#rows.change(draft, table, this.#keys(table));
    });
  }

  async #transaction(
    wanted: readonly { readonly name: string; readonly alone: boolean }[],
    work: (draft: Draft) => Promise<void>,
  ): Promise<void> {
    const release = await this.#scene.locks.take(wanted);
    try {
      const draft = new Draft(this.#scene.state);
      await this.#client.query("BEGIN");
      await work(draft);
      const { rows } = await this.#client.query<{ xid: string }>(
        "SELECT pg_current_xact_id()::text AS xid",
      );
      if (!(await this.#end())) return;
      draft.settle();
      this.#scene.log.commit(rows[0]?.xid ?? "", draft.changes);
    } finally {
      release();
    }
  }

  /** @returns whether it was committed */
  async #end(): Promise<boolean> {
    const end = this.#random.weighted({ COMMIT: 75, ROLLBACK: 10, PREPARE: 15 });
    if (end !== "PREPARE") {
      await this.#client.query(end);
      return end === "COMMIT";
    }
    const name = `'${this.#name}-${++this.#prepared}'`;
    await this.#client.query(`PREPARE TRANSACTION ${name}`);
    await sleep(this.#random.next() * 60);
    const isKept = this.#random.chance(0.7);
    await this.#client.query(`${isKept ? "COMMIT" : "ROLLBACK"} PREPARED ${name}`);
    return isKept;
  }

  #keys(table: Table): string[] {
    if (table.key.length === 0) return [];
    const keys = Array.from({ length: this.#random.int(1, 4) }, () => this.#rows.anyKey(table));
    return [...new Set(keys)];
  }
}
