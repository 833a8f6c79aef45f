import pg from "pg";
import { type Figure, figure, type Goal } from "./figure.ts";
import { floorQuery } from "./floor.ts";
import { note } from "./progress.ts";
import { type Registry, validate } from "./registry.ts";
import { pathOf } from "./tables.ts";
import { elapsed, growthExponent, sideBySide, type Timed } from "./timing.ts";

/** The number of claims that the goals are for. */
export const goalSize = 1_000;
const goalMilliseconds = 95;
const twice: Goal = { of: "ratio", atMost: 2 };

type Session = "warm" | "fresh";
const sessions: readonly Session[] = ["warm", "fresh"];

/** What was measured at one number of claims. */
export interface SizeMeasured {
  readonly size: number;
  readonly session: Session;
  readonly value: number;
  readonly floor: number;
}

/** integratedb_validate_migration() beside the bare catalog query over the same rows. */
export async function validateAt(registry: Registry, size: number): Promise<SizeMeasured[]> {
  const measured: SizeMeasured[] = [];
  for (const session of sessions) {
    note(`validate, ${size} claims, ${session} session`);
    const taken = await sideBySide(
      size > goalSize ? 7 : 21,
      inSession(registry, session, floorQuery),
      inSession(registry, session, validate),
    );
    measured.push({ size, session, ...taken });
  }
  return measured;
}

export function validateFigures(measured: readonly SizeMeasured[]): Figure[] {
  return measured.flatMap(({ size, session, value, floor }) => {
    const name = `validate, ${size.toLocaleString("en")} claims, ${session} session`;
    const taken = { value, floor, unit: "ms" };
    if (size !== goalSize) return [figure({ name, ...taken })];
    const absolute: Goal = { of: "value", atMost: goalMilliseconds };
    return [
      figure({ name, ...taken }, twice),
      figure({ name: `${name}, absolute`, ...taken }, absolute),
    ];
  });
}

/** How the time grows with the number of claims: with exponent 1, ten times the claims take ten times as long. */
export function growthFigures(measured: readonly SizeMeasured[]): Figure[] {
  return sessions.map((session) => {
    const points = measured.filter((one) => one.session === session);
    const value = growthExponent(points.map((one) => [one.size, one.value]));
    const floor = growthExponent(points.map((one) => [one.size, one.floor]));
    const name = `validate, growth from 100 to 10,000 claims, ${session} session`;
    return figure({ name, value, unit: "exponent", floor }, { of: "value", atMost: 1.1 });
  });
}

/** The same at the end of a migration that touched a claimed table. */
export async function migrationFigures(registry: Registry): Promise<Figure[]> {
  const figures: Figure[] = [];
  const migrations = {
    "after ADD COLUMN": `alter table ${pathOf(7)} add column added text`,
    "refusing DROP COLUMN": `alter table ${pathOf(7)} drop column c5`,
  };
  for (const [what, migration] of Object.entries(migrations)) {
    for (const session of sessions) {
      const name = `validate ${what}, 1,000 claims, ${session} session`;
      note(name);
      const taken = await sideBySide(
        11,
        inSession(registry, session, floorQuery),
        inSession(registry, session, validate, migration),
      );
      figures.push(figure({ name, unit: "ms", ...taken }, twice));
    }
  }
  return figures;
}

/**
 * The milliseconds of a query in the registry's session, or in one that has done nothing before;
 * after a migration, if there is one, which is rolled back.
 */
export function inSession(
  registry: Registry,
  session: Session,
  query: string,
  migration?: string,
): Timed {
  return async () => {
    const client = session === "warm" ? registry.client : await registry.connect();
    try {
      if (migration === undefined) return await elapsed(() => client.query(query));
      await client.query("begin");
      await client.query(migration);
      const taken = await elapsed(() => client.query(query).catch(refusal));
      await client.query("rollback");
      return taken;
    } finally {
      if (client !== registry.client) await client.end();
    }
  };
}

function refusal(error: unknown): void {
  const isRefusal = error instanceof pg.DatabaseError && error.detail === "IDB2001";
  if (!isRefusal) throw error;
}
