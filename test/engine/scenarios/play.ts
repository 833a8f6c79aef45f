import pg from "pg";
import { expect } from "vitest";
import type { ClaimCall, Question, Refusal, Scenario, Step, Unmet } from "./scenario.ts";

/** A row of `integratedb_unmet_claims()`. */
type UnmetRow = Record<
  "stakeholder" | "claim" | "path" | "field" | "problem" | "expected" | "actual" | "message",
  string | null
>;

/**
 * Plays a scenario.
 *
 * @param client an administrator of a database that holds the engine and nothing else
 * @param suffix eight characters that make the names of this scenario's roles unique
 */
export async function play(scenario: Scenario, client: pg.Client, suffix: string): Promise<void> {
  const stage = new Stage(client, suffix);
  for (const role of scenario.roles ?? []) await stage.run(`CREATE ROLE @${role}`);
  for (const sql of scenario.setup ?? []) await stage.run(sql);
  for (const name of scenario.stakeholders ?? claimants(scenario)) {
    await stage.run(`SELECT integratedb.put_stakeholder('@${name}')`);
  }
  for (const step of [scenario, ...(scenario.then ?? [])]) await stage.step(step);
}

function claimants(scenario: Scenario): Set<string> {
  const steps: readonly Step[] = [scenario, ...(scenario.then ?? [])];
  return new Set(steps.flatMap((step) => step.claims ?? []).map((claim) => claim.stakeholder));
}

class Stage {
  readonly #client: pg.Client;
  readonly #suffix: string;

  constructor(client: pg.Client, suffix: string) {
    this.#client = client;
    this.#suffix = suffix;
  }

  async step(step: Step): Promise<void> {
    for (const sql of step.sql ?? []) await this.run(sql);
    for (const { sql, refusal } of step.refused ?? []) await this.#refused(sql, refusal);
    for (const claim of step.claims ?? []) await this.#claim(claim);
    if (step.verdict) await this.#migrate(step);
    for (const [name, queries] of Object.entries(step.readable ?? {})) {
      for (const sql of queries) await this.#readAs(name, sql);
    }
    for (const [name, queries] of Object.entries(step.unreadable ?? {})) {
      for (const sql of queries) await this.#hiddenFrom(name, sql);
    }
    for (const question of step.asked ?? []) await this.#ask(question);
  }

  async run(sql: string): Promise<pg.QueryResult> {
    const text = this.#named(sql);
    try {
      return await this.#client.query(text);
    } catch (error) {
      if (error instanceof pg.DatabaseError)
        error.message += `\n${error.detail ?? ""}\nin: ${text}`;
      throw error;
    }
  }

  /** `text` with the names of roles as they are in this cluster. */
  #named(text: string): string {
    return text.replace(/@([A-Za-z_]\w*)/g, (_, name: string) => name + this.#suffix);
  }

  async #claim({ stakeholder, claim, spec, refused }: ClaimCall): Promise<void> {
    const put = this.#client.query("SELECT integratedb.put_claim($1, $2, $3)", [
      stakeholder + this.#suffix,
      claim,
      JSON.stringify(spec),
    ]);
    const label = `the claim ${JSON.stringify(spec)}`;
    if (refused) expectRefusal(await failureOf(put), refused, label);
    else expect(tell(await failureOf(put)), label).toBe("no error");
  }

  async #refused(sql: string, refusal: Refusal): Promise<void> {
    const failure = await failureOf(this.#client.query(this.#named(sql)));
    expectRefusal(failure, refusal, this.#named(sql));
  }

  async #migrate(step: Step): Promise<void> {
    const validate = step.validate ?? "SELECT public.integratedb_validate_migration() AS result";
    await this.run("BEGIN");
    try {
      for (const sql of step.migration ?? []) await this.run(sql);
      await this.run("SAVEPOINT end_of_migration");
      const validation = this.#client.query(validate);
      const failure = await failureOf(validation);
      const label = `the migration ${JSON.stringify(step.migration)}`;
      if (step.verdict === "accepted") {
        expect(tell(failure), label).toBe("no error");
        expect(Object.values((await validation).rows[0])).toEqual([0]);
        await this.run("COMMIT");
        return;
      }
      expectRefusal(failure, step.refusal ?? {}, label);
      await this.run("ROLLBACK TO end_of_migration; RESET ROLE");
      const { rows } = await this.run("SELECT * FROM public.integratedb_unmet_claims()");
      if (step.unmet) this.#compareUnmet(rows, step.unmet);
      if (!step.validate) expectEveryProblemTold(tell(failure), rows);
    } finally {
      await this.run("ROLLBACK");
    }
  }

  #compareUnmet(rows: readonly UnmetRow[], expected: readonly Unmet[]): void {
    const missing = [...expected];
    const surplus: UnmetRow[] = [];
    for (const row of rows) {
      const index = missing.findIndex((unmet) => this.#isTold(unmet, row));
      if (index < 0) surplus.push(row);
      else missing.splice(index, 1);
    }
    expect({ missing, surplus }, "unmet claims").toEqual({ missing: [], surplus: [] });
  }

  #isTold(unmet: Unmet, row: UnmetRow): boolean {
    return (
      (!unmet.stakeholder || this.#named(unmet.stakeholder) === row.stakeholder) &&
      (!unmet.claim || unmet.claim === row.claim) &&
      unmet.path === row.path &&
      unmet.field === row.field &&
      (!unmet.problem || unmet.problem === row.problem) &&
      (!unmet.expected || unmet.expected.test(row.expected ?? "")) &&
      (!unmet.actual || unmet.actual.test(row.actual ?? ""))
    );
  }

  async #readAs(name: string, sql: string): Promise<void> {
    const failure = await this.#failureAs(name, sql);
    expect(tell(failure), `${name} runs ${sql}`).toBe("no error");
  }

  async #hiddenFrom(name: string, sql: string): Promise<void> {
    const failure = await this.#failureAs(name, sql);
    expect(failure?.code, `${name} runs ${sql}: ${tell(failure)}`).toBe("42501");
  }

  async #failureAs(name: string, sql: string): Promise<pg.DatabaseError | undefined> {
    await this.run(`SET ROLE @${name}`);
    const failure = await failureOf(this.#client.query(this.#named(sql)));
    await this.run("RESET ROLE");
    return failure;
  }

  async #ask({ sql, row }: Question): Promise<void> {
    const { rows } = await this.run(sql);
    const expected = Object.entries(row).map(([key, value]) => [
      key,
      typeof value === "string" ? this.#named(value) : value,
    ]);
    expect(rows, this.#named(sql)).toEqual([Object.fromEntries(expected)]);
  }
}

async function failureOf(query: Promise<unknown>): Promise<pg.DatabaseError | undefined> {
  try {
    await query;
    return undefined;
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error;
    throw error;
  }
}

function tell(failure: pg.DatabaseError | undefined): string {
  if (!failure) return "no error";
  const { code, message, detail, hint } = failure;
  return [`${code}: ${message}`, detail, hint].filter(Boolean).join("\n");
}

/** Every error of the engine has a code in its detail, and a way out in its hint. */
function expectRefusal(
  failure: pg.DatabaseError | undefined,
  { sqlstate = ["P0001"], message }: Refusal,
  label: string,
): void {
  expect(sqlstate, `${label}: ${tell(failure)}`).toContain(failure?.code);
  if (failure?.code === "P0001") {
    expect(failure.detail, label).toMatch(/^IDB\d{4}\b/);
    expect(failure.hint, `the hint of ${label}`).toMatch(/\w/);
  }
  if (message) expect(tell(failure), label).toMatch(message);
}

function expectEveryProblemTold(text: string, rows: readonly UnmetRow[]): void {
  for (const { stakeholder, claim, path, field, message } of rows) {
    expect(text).toContain(message);
    for (const word of [stakeholder, claim, path]) expect(message).toContain(word);
    // A name with a quote in it is told as an identifier.
    const names = [field ?? "", `"${field?.replaceAll('"', '""')}"`];
    expect(
      names.some((name) => message?.includes(name)),
      `${field} in: ${message}`,
    ).toBe(true);
  }
}
