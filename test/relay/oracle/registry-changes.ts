import type pg from "pg";
import type { Random } from "../../fuzz/random.ts";
import { Draft } from "./draft.ts";
import { RowChanges } from "./row-changes.ts";
import { columns, type Table, table, tables } from "./shop.ts";
import { allEvents, type Route, type Subscription, specOf, type Where } from "./subscription.ts";
import type { Scene } from "./writer.ts";

/** Columns that each table can get, at most. */
const mostAdded = 2;
/** Transient notifications at once, at most. */
const mostPresent = 8;
/** What `auditor` claims; `store` claims everything, also what is added. */
export const audited = ["id", "region", "status", "qty", "big", "marker"];

/**
 * Notifications that are added, changed and removed, and columns that are added, each in one
 * transaction together with changes of rows before and after.
 */
export class RegistryChanges {
  /** All that ever were. */
  readonly subscriptions: Subscription[] = [];
  /** Of each notification, the numbers of its channel. */
  readonly channelIds = new Map<string, Set<number>>();
  readonly #client: pg.ClientBase;
  readonly #random: Random;
  readonly #scene: Scene;
  readonly #rows: RowChanges;
  /** Where transient notifications send to. */
  readonly #configOf: (name: string, random: Random) => object;
  readonly #present = new Map<string, Subscription>();

  constructor(
    client: pg.ClientBase,
    random: Random,
    scene: Scene,
    configOf: (name: string, random: Random) => object,
  ) {
    this.#client = client;
    this.#random = random;
    this.#scene = scene;
    this.#rows = new RowChanges(client, random, scene.state);
    this.#configOf = configOf;
  }

  /** Puts a notification that stays until the end. */
  async keep(subscription: Subscription): Promise<void> {
    this.subscriptions.push(subscription);
    await this.#transaction(tablesOf(subscription), (draft) => this.#put(draft, subscription));
  }

  /** Does one thing at random. */
  async change(): Promise<void> {
    const kind = this.#random.weighted({ add: 4, replace: 2, remove: 3, column: 1 });
    const present = this.#random.perhaps([...this.#present.values()]);
    if (kind === "column") return this.#addColumn();
    if (present === undefined) return this.#add();
    if (kind === "remove" || this.#present.size >= mostPresent) return this.#remove(present);
    if (kind === "add") return this.#add();
    return this.#replace(present);
  }

  async #add(): Promise<void> {
    const added = this.#anySubscription(`t${this.subscriptions.length}`);
    this.subscriptions.push(added);
    const isKept = await this.#transaction(tablesOf(added), (draft) => this.#put(draft, added));
    if (isKept) this.#present.set(added.name, added);
  }

  async #replace(present: Subscription): Promise<void> {
    const next = this.#anySubscription(present.name, present.stakeholder);
    const touched = [...new Set([...tablesOf(present), ...tablesOf(next)])];
    const isKept = await this.#transaction(touched, async (draft) => {
      this.#withdraw(draft, present);
      await this.#put(draft, next);
    });
    if (isKept) this.#present.set(next.name, next);
  }

  async #remove(present: Subscription): Promise<void> {
    const isKept = await this.#transaction(tablesOf(present), async (draft) => {
      await this.#client.query("SELECT integratedb.delete_notification($1, $2)", [
        present.stakeholder,
        present.name,
      ]);
      this.#withdraw(draft, present);
    });
    if (isKept) this.#present.delete(present.name);
  }

  async #addColumn(): Promise<void> {
    const { name } = this.#random.pick(tables);
    const added = this.#scene.state.columns(name).length - columns.length;
    if (added >= mostAdded) return this.#add();
    const column = `extra${added + 1}`;
    const value = this.#random.chance(0.5) ? `${column}-0` : null;
    await this.#transaction([name], async (draft) => {
      const fill = value === null ? "" : ` DEFAULT '${value}'`;
      await this.#client.query(`ALTER TABLE shop.${name} ADD COLUMN ${column} text${fill}`);
      await this.#client.query("SELECT integratedb_validate_migration()");
      draft.addColumn(name, { name: column, value });
    });
  }

  async #put(draft: Draft, subscription: Subscription): Promise<void> {
    const { stakeholder, name, routes } = subscription;
    await this.#client.query("SELECT integratedb.put_notification($1, $2, $3)", [
      stakeholder,
      name,
      specOf(subscription),
    ]);
    const { rows } = await this.#client.query<{ id: number }>(
      "SELECT c.id FROM integratedb.channel c JOIN integratedb.notification n ON n.id = c.notification_id WHERE n.name = $1",
      [name],
    );
    const ids = this.channelIds.get(name) ?? new Set();
    this.channelIds.set(name, new Set([...ids, ...rows.map(({ id }) => id)]));
    for (const path of tablesOf(subscription)) {
      const others = draft.routes(path).filter(({ channel }) => channel !== name);
      draft.route(path, [...others, ...routes.filter((route) => route.table === path)]);
    }
  }

  #withdraw(draft: Draft, { name, routes }: Subscription): void {
    for (const { table: path } of routes) {
      draft.route(
        path,
        draft.routes(path).filter(({ channel }) => channel !== name),
      );
    }
  }

  /** No other writer has changes of the tables under way, so that it is known what comes before. */
  async #transaction(
    names: readonly string[],
    work: (draft: Draft) => Promise<void>,
  ): Promise<boolean> {
    const { locks, state, log } = this.#scene;
    const release = await locks.take(names.map((name) => ({ name, alone: true })));
    try {
      const draft = new Draft(state);
      await this.#client.query("BEGIN");
      await this.#changeRows(draft, names);
      await work(draft);
      await this.#changeRows(draft, names);
      const { rows } = await this.#client.query<{ xid: string }>(
        "SELECT pg_current_xact_id()::text AS xid",
      );
      const isKept = this.#random.chance(0.9);
      await this.#client.query(isKept ? "COMMIT" : "ROLLBACK");
      if (!isKept) return false;
      draft.settle();
      log.commit(rows[0]?.xid ?? "", draft.changes);
      return true;
    } finally {
      release();
    }
  }

  async #changeRows(draft: Draft, names: readonly string[]): Promise<void> {
    for (const shape of names.map(table)) {
      const keys = shape.key.length > 0 ? [this.#rows.anyKey(shape), this.#rows.anyKey(shape)] : [];
      if (this.#random.chance(0.7)) await this.#rows.change(draft, shape, keys);
    }
  }

  #anySubscription(
    name: string,
    stakeholder = this.#random.pick(["store", "auditor"]),
  ): Subscription {
    const random = this.#random;
    const routes = random.some(tables, 3).map((shape) => this.#anyRoute(name, stakeholder, shape));
    return { name, stakeholder, routes, config: this.#configOf(name, random) };
  }

  #anyRoute(channel: string, stakeholder: string, shape: Table): Route {
    const random = this.#random;
    const canUpdate = shape.key.length > 0;
    const possible = canUpdate ? allEvents : (["INSERT", "TRUNCATE"] as const);
    const events = random.chance(0.5) ? possible : random.some(possible, 3);
    const readable = stakeholder === "store" ? [...columns] : audited;
    const some = random.some(readable, readable.length);
    const isAll = stakeholder === "store" && random.chance(0.4);
    // By which the oracle tells rows apart that nobody gets in full.
    const needed = canUpdate ? (shape.name === "stock" ? ["id"] : []) : ["marker"];
    const fields = isAll ? undefined : [...new Set([...some, ...needed])];
    const isConditional = shape.name === "stock" || random.chance(0.4);
    const where = isConditional ? this.#anyWhere(shape, events) : undefined;
    return { channel, table: shape.name, events, fields, where };
  }

  #anyWhere(shape: Table, events: readonly string[]): Where {
    const random = this.#random;
    const ofKey: Where[] = [
      { id: { lte: 12 } },
      { id: { gt: 9 } },
      { id: { in: ["3", "7", "8"] } },
    ];
    if (shape.key.includes("region")) ofKey.push({ region: "eu" }, [{ region: "us" }, { id: "5" }]);
    const ofAll: Where[] = [
      { status: "open" },
      { status: { in: ["open", "paid"] }, qty: { gte: 2 } },
      [{ qty: { lt: 0 } }, { qty: { is_null: true } }],
      { status: { ne: "lost" } },
    ];
    const isOnlyNew = !events.includes("UPDATE") && !events.includes("DELETE");
    return random.pick(shape.isFull || isOnlyNew ? [...ofKey, ...ofAll] : ofKey);
  }
}

function tablesOf({ routes }: Subscription): string[] {
  return [...new Set(routes.map((route) => route.table))];
}
