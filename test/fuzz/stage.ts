import pg from "pg";
import { Disagreement, type Event } from "./case.ts";
import { type Catalog, readCatalog } from "./catalog.ts";
import { Oracle, type Unmet } from "./oracle.ts";
import { compareReads, prepareReads } from "./reads.ts";
import type { Spec } from "./spec.ts";

/** Statements of a change, given the catalog as the changes before it left it. */
export type Change = (catalog: Catalog) => readonly string[];

/** Grants and registry as text. */
const stateQuery = `
  SELECT (SELECT string_agg(c::text, E'\\n' ORDER BY c::text) FROM integratedb.claims c) AS claims,
         (SELECT string_agg(c::text, E'\\n' ORDER BY c::text) FROM integratedb.claimed_columns c) AS columns,
         (SELECT string_agg(format('%s %s', oid::regclass, relacl), E'\\n' ORDER BY oid) FROM pg_class) AS tables,
         (SELECT string_agg(format('%s %s %s', attrelid::regclass, attname, attacl), E'\\n' ORDER BY attrelid, attnum)
            FROM pg_attribute WHERE attacl IS NOT NULL) AS granted,
         (SELECT string_agg(format('%s %s', nspname, nspacl), E'\\n' ORDER BY nspname) FROM pg_namespace
           WHERE nspname !~ '^pg_t') AS schemas`;

/** A database in which each event happens twice: in the engine and in the oracle. They must agree. */
export class Stage {
  readonly oracle = new Oracle();
  readonly #client: pg.Client;
  #stakeholders: readonly string[] = [];
  #isSynced = true;
  #catalog: Catalog = { schemas: new Set(), relations: new Map(), types: [] };

  /** @param client an administrator of a database that holds the engine and nothing else */
  constructor(client: pg.Client) {
    this.#client = client;
  }

  get catalog(): Catalog {
    return this.#catalog;
  }

  /** Runs what can be run of the setup, and returns that. */
  async setUp(setup: readonly string[], stakeholders: readonly string[]): Promise<string[]> {
    await prepareReads(this.#client);
    this.#stakeholders = stakeholders;
    const run = await this.#runAll(setup);
    for (const name of stakeholders) {
      await this.#client.query("SELECT integratedb.put_stakeholder($1)", [name]);
    }
    this.#catalog = await readCatalog(this.#client);
    return run;
  }

  play(event: Event): Promise<unknown> {
    switch (event.kind) {
      case "put":
        return this.put(event.stakeholder, event.claim, event.spec);
      case "delete":
        return this.delete(event.stakeholder, event.claim);
      case "migrate":
        return this.migrate(event.statements);
      case "alter":
        return this.alter(event.statements);
      case "sync":
        return this.sync(event.statements);
    }
  }

  async put(stakeholder: string, claim: string, spec: Spec): Promise<void> {
    const before = await this.#state();
    const unmet = this.oracle.put(stakeholder, claim, spec, this.#catalog);
    const values = [stakeholder, claim, JSON.stringify(spec)];
    const failure = await this.#failureOf("SELECT integratedb.put_claim($1, $2, $3)", values);
    if (failure && failure.code !== "P0001") throw unexpected("putting a claim", failure);
    if (Boolean(failure) !== unmet.length > 0) {
      throw new Disagreement("put", contrast("the claim", failure, unmet));
    }
    if (failure) await this.#expectSame(before, "a claim that is refused");
    else await this.#compareReads();
  }

  async delete(stakeholder: string, claim: string): Promise<void> {
    this.oracle.delete(stakeholder, claim);
    const failure = await this.#failureOf("SELECT integratedb.delete_claim($1, $2)", [
      stakeholder,
      claim,
    ]);
    if (failure) throw unexpected("deleting a claim", failure);
    await this.#compareReads();
  }

  /** The statements of these changes that can be run one after the other; nothing of them stays. */
  async rehearse(changes: Iterable<Change>): Promise<string[]> {
    const run: string[] = [];
    let catalog = this.#catalog;
    await this.#client.query("BEGIN");
    for (const change of changes) {
      run.push(...(await this.#runAll(change(catalog), "in a transaction")));
      catalog = await readCatalog(this.#client);
    }
    await this.#client.query("ROLLBACK");
    return run;
  }

  /** @returns whether the migration was accepted */
  async migrate(statements: readonly string[]): Promise<boolean> {
    const before = await this.#state();
    await this.#client.query("BEGIN");
    try {
      await this.#runAll(statements, "in a transaction");
      const catalog = await readCatalog(this.#client);
      const unmet = this.oracle.unmet(catalog);
      await this.#client.query("SAVEPOINT validation");
      const failure = await this.#failureOf("SELECT integratedb_validate_migration()");
      if (failure && failure.code !== "P0001") throw unexpected("validating", failure);
      if (Boolean(failure) !== unmet.length > 0) {
        throw new Disagreement("verdict", contrast("the migration", failure, unmet));
      }
      if (failure) {
        await this.#client.query("ROLLBACK TO validation");
        await this.#compareUnmet(unmet);
        await this.#client.query("ROLLBACK");
        await this.#expectSame(before, "a migration that is refused");
        return false;
      }
      await this.#client.query("COMMIT");
      await this.#synced(catalog);
      return true;
    } finally {
      await this.#client.query("ROLLBACK");
    }
  }

  /** Runs statements that nobody validates: until the next sync, grants may lag behind. */
  async alter(statements: readonly string[]): Promise<void> {
    await this.#client.query("BEGIN");
    await this.#runAll(statements, "in a transaction");
    await this.#client.query("COMMIT");
    this.#catalog = await readCatalog(this.#client);
    this.#isSynced = false;
  }

  /** Runs statements that nobody validates, and syncs. */
  async sync(statements: readonly string[]): Promise<void> {
    await this.alter(statements);
    const failure = await this.#failureOf("SELECT integratedb_sync()");
    if (failure) throw unexpected("syncing", failure);
    await this.#synced(this.#catalog);
    await this.#compareUnmet(this.oracle.unmet(this.#catalog));
  }

  async #synced(catalog: Catalog): Promise<void> {
    this.#catalog = catalog;
    this.#isSynced = true;
    this.oracle.sync(catalog);
    await this.#compareReads();
  }

  /** Runs each statement by itself, and returns those that could be run. */
  async #runAll(statements: readonly string[], where?: "in a transaction"): Promise<string[]> {
    const run: string[] = [];
    for (const statement of statements) {
      if (where) await this.#client.query("SAVEPOINT statement");
      const failure = await this.#failureOf(statement);
      if (!failure) run.push(statement);
      else if (where) await this.#client.query("ROLLBACK TO statement");
    }
    return run;
  }

  async #compareUnmet(expected: readonly Unmet[]): Promise<void> {
    const { rows } = await this.#client.query<Unmet & { problem: string }>(
      "SELECT stakeholder, claim, path, field, problem FROM integratedb_unmet_claims()",
    );
    const key = (unmet: Omit<Unmet, "problems">) =>
      JSON.stringify([unmet.stakeholder, unmet.claim, unmet.path, unmet.field]);
    const problems = Map.groupBy(expected, key);
    const reported = new Set(rows.map(key));
    const differing = [
      ...expected.filter((unmet) => !reported.has(key(unmet))).map((unmet) => ["not told", unmet]),
      ...rows
        .filter((row) => !problems.get(key(row))?.some((unmet) => isAmong(row.problem, unmet)))
        .map((row) => ["told", row]),
    ];
    if (differing.length === 0) return;
    const lines = differing.map(([how, what]) => `  ${how}: ${JSON.stringify(what)}`);
    throw new Disagreement("unmet", ["The unmet claims differ:", ...lines].join("\n"));
  }

  async #compareReads(): Promise<void> {
    if (!this.#isSynced) return;
    for (const stakeholder of this.#stakeholders) {
      const readable = this.oracle.readable(stakeholder, this.#catalog);
      await compareReads(this.#client, stakeholder, readable, this.#catalog);
    }
  }

  async #state(): Promise<Record<string, string>> {
    const { rows } = await this.#client.query(stateQuery);
    return rows[0];
  }

  async #expectSame(before: Record<string, string>, event: string): Promise<void> {
    const after = await this.#state();
    const changed = Object.keys(before).filter((key) => before[key] !== after[key]);
    if (changed.length === 0) return;
    const lines = changed.map((key) => `${key}: ${before[key]}\n->\n${after[key]}`);
    throw new Disagreement("change", [`${event} changed something`, ...lines].join("\n"));
  }

  async #failureOf(
    sql: string,
    values?: readonly unknown[],
  ): Promise<pg.DatabaseError | undefined> {
    try {
      await (values ? this.#client.query(sql, [...values]) : this.#client.query(sql));
      return undefined;
    } catch (error) {
      if (error instanceof pg.DatabaseError) return error;
      throw error;
    }
  }
}

function isAmong(problem: string, unmet: Unmet): boolean {
  return unmet.problems.some((expected) => expected === problem);
}

function unexpected(doing: string, failure: pg.DatabaseError): Disagreement {
  const told = [`${failure.code}: ${failure.message}`, failure.detail, failure.where];
  return new Disagreement("error", `${doing} failed: ${told.filter(Boolean).join("\n")}`);
}

function contrast(
  subject: string,
  failure: pg.DatabaseError | undefined,
  unmet: readonly Unmet[],
): string {
  const engine = failure
    ? `refuses ${subject}: ${failure.message}\n${failure.detail ?? ""}`
    : `accepts ${subject}`;
  const oracle = unmet.length > 0 ? `refuses: ${JSON.stringify(unmet)}` : "accepts";
  return [`The engine ${engine}`, `The oracle ${oracle}`].join("\n");
}
