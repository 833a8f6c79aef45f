import pg from "pg";
import { type Figure, figure, type Goal } from "./figure.ts";
import { floorQuery } from "./floor.ts";
import { note } from "./progress.ts";
import { type Registry, validate } from "./registry.ts";
import { pathOf } from "./tables.ts";
import { elapsed, growthExponent, type Point, sideBySide, type Timed } from "./timing.ts";

/** Claims at each measurement. The goals are for the second. */
const sizes = [100, 1_000, 10_000];
const goalSize = 1_000;
const goalMilliseconds = 95;
const twice: Goal = { of: "ratio", atMost: 2 };

/** integratedb_validate_migration() beside the bare catalog query over the same rows. */
export async function validateFigures(registry: Registry): Promise<Figure[]> {
  const figures: Figure[] = [];
  const points: Record<"warm" | "fresh", Point[]> = { warm: [], fresh: [] };
  const floorPoints: Record<"warm" | "fresh", Point[]> = { warm: [], fresh: [] };
  for (const size of sizes) {
    await registry.grow(size);
    const claims = `${size.toLocaleString("en")} claims`;
    const pairs = size > goalSize ? 5 : 15;
    for (const session of ["warm", "fresh"] as const) {
      note(`validate, ${claims}, ${session} session`);
      const name = `validate, ${claims}, ${session} session`;
      const taken = await sideBySide(
        pairs,
        inSession(registry, session, floorQuery),
        inSession(registry, session, validate),
      );
      points[session].push([size, taken.value]);
      floorPoints[session].push([size, taken.floor]);
      const isGoal = size === goalSize;
      figures.push(figure({ name, unit: "ms", ...taken }, isGoal ? twice : undefined));
      if (isGoal) {
        const absolute: Goal = { of: "value", atMost: goalMilliseconds };
        figures.push(figure({ name: `${name}, absolute`, unit: "ms", ...taken }, absolute));
      }
    }
    if (size === goalSize) figures.push(...(await afterMigrations(registry, claims)));
  }
  for (const session of ["warm", "fresh"] as const) {
    const name = `validate, growth from 100 to 10,000 claims, ${session} session`;
    const value = growthExponent(points[session]);
    const floor = growthExponent(floorPoints[session]);
    figures.push(figure({ name, value, unit: "exponent", floor }, { of: "value", atMost: 1.1 }));
  }
  return figures;
}

/** The same at the end of a migration that touched a claimed table. */
async function afterMigrations(registry: Registry, claims: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  const migrations = {
    "after ADD COLUMN": `alter table ${pathOf(7)} add column added text`,
    "refusing DROP COLUMN": `alter table ${pathOf(7)} drop column c5`,
  };
  for (const [what, migration] of Object.entries(migrations)) {
    for (const session of ["warm", "fresh"] as const) {
      note(`validate ${what}, ${claims}, ${session} session`);
      const name = `validate ${what}, ${claims}, ${session} session`;
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
  session: "warm" | "fresh",
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
