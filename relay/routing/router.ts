import type { Route } from "../registry/route.ts";
import type { ChangeHandler, Relation, Transaction, Tuple } from "../stream/change-handler.ts";
import { textAt } from "./condition.ts";
import type { RoutedChange } from "./shared-events.ts";
import { type Operation, type PlanParts, TablePlan } from "./table-plan.ts";

export interface RouterOptions extends PlanParts {
  /** Who is to get what as of a revision of the registry. */
  load(revision: bigint): Promise<readonly Route[]>;
  /** A revision has come into effect within the transaction that is being read. */
  onRevision(revision: bigint, routes: readonly Route[]): Promise<void>;
  /** Bytes of a row beyond which the events of different receivers are made one after the other. */
  readonly largest: number;
  /** What the reader has to wait for before the next change; undefined when there is room. */
  pressure(): Promise<void> | undefined;
  /** A transaction has been handed on in full. */
  onCommit(endLsn: bigint, transaction: Transaction, changes: number): void;
}

/** Sends each change to the channels that are to get it, by the registry as of that change. */
export class Router implements ChangeHandler {
  readonly #options: RouterOptions;
  readonly #plans = new Map<number, TablePlan>();
  #routes = new Map<string, Route[]>();
  #transaction: Transaction | undefined;
  #isPassedOver = false;
  #from = 0n;
  #changes = 0;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /**
   * To be called before the first change.
   *
   * @param from transactions whose commit lies before this are passed over: all of them are durable
   */
  start(routes: readonly Route[], from: bigint): void {
    this.#from = from;
    this.#take(routes);
  }

  begin(transaction: Transaction): void {
    this.#transaction = transaction;
    this.#isPassedOver = transaction.commitLsn < this.#from;
    this.#changes = 0;
  }

  insert(relation: Relation, row: Tuple, index: number): void | Promise<void> {
    return this.#route("insert", relation, this.#change(index, undefined, row));
  }

  update(
    relation: Relation,
    old: Tuple | undefined,
    row: Tuple,
    index: number,
  ): void | Promise<void> {
    if (relation.schema === "integratedb" && relation.name === "routing" && !this.#isPassedOver) {
      return this.#revise(relation, row);
    }
    return this.#route("update", relation, this.#change(index, old, row));
  }

  delete(relation: Relation, old: Tuple, index: number): void | Promise<void> {
    return this.#route("delete", relation, this.#change(index, old, undefined));
  }

  async truncate(relations: readonly Relation[], index: number): Promise<void> {
    for (const [offset, relation] of relations.entries()) {
      const change = this.#change(index + offset, undefined, undefined);
      await this.#route("truncate", relation, change);
    }
  }

  commit(endLsn: bigint): void {
    if (this.#transaction === undefined) throw new Error("a commit without a transaction");
    this.#options.onCommit(endLsn, this.#transaction, this.#changes);
  }

  #change(index: number, old: Tuple | undefined, row: Tuple | undefined): RoutedChange {
    if (this.#transaction === undefined) throw new Error("a change without a transaction");
    this.#changes++;
    return { transaction: this.#transaction, index, old, row };
  }

  async #revise(relation: Relation, row: Tuple): Promise<void> {
    const column = relation.columns.findIndex(({ name }) => name === "revision");
    const revision = BigInt(textAt(row, column) ?? "0");
    const routes = await this.#options.load(revision);
    await this.#options.onRevision(revision, routes);
    this.#take(routes);
  }

  #take(routes: readonly Route[]): void {
    this.#plans.clear();
    this.#routes = Map.groupBy(routes, ({ schema, table }) => JSON.stringify([schema, table]));
  }

  /** A table that was not seen like this before is looked up first. */
  #route(operation: Operation, relation: Relation, change: RoutedChange): void | Promise<void> {
    if (this.#isPassedOver) return;
    const plan = this.#plans.get(relation.id);
    if (plan?.relation === relation) return this.#routeBy(plan, operation, change);
    return this.#plan(relation).then((made) => this.#routeBy(made, operation, change));
  }

  #routeBy(plan: TablePlan, operation: Operation, change: RoutedChange): void | Promise<void> {
    const { largest } = this.#options;
    if ((change.row?.size ?? 0) > largest || (change.old?.size ?? 0) > largest) {
      return plan.apart(operation, change, () => this.#room());
    }
    plan[operation](change);
    return this.#options.pressure();
  }

  async #room(): Promise<void> {
    for (let wait = this.#options.pressure(); wait; wait = this.#options.pressure()) await wait;
  }

  async #plan(relation: Relation): Promise<TablePlan> {
    const routes = this.#routes.get(JSON.stringify([relation.schema, relation.name])) ?? [];
    const encoderOf = await this.#options.encodersOf(relation);
    const plan = new TablePlan(relation, routes, encoderOf, this.#options.sinkOf);
    this.#plans.set(relation.id, plan);
    return plan;
  }
}
