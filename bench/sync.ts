import { type Figure, figure, type Goal } from "./figure.ts";
import { note } from "./progress.ts";
import { type Registry, validate } from "./registry.ts";
import { pathOf } from "./tables.ts";
import { sideBySide } from "./timing.ts";
import { inSession } from "./validate.ts";

const goal: Goal = { of: "value", atMost: 50 };
const migration = `alter table ${pathOf(11)} add column added text`;

/** What taking in one new column costs, beyond a validate that finds nothing changed. */
export async function syncFigures(registry: Registry): Promise<Figure[]> {
  const figures: Figure[] = [];
  const ways = { validate, "integratedb_sync()": "select integratedb_sync()" };
  for (const [way, query] of Object.entries(ways)) {
    for (const session of ["warm", "fresh"] as const) {
      const name = `sync by ${way} after ADD COLUMN, 1,000 claims, ${session} session`;
      note(name);
      const { value, floor } = await sideBySide(
        way === "validate" ? 11 : 5,
        inSession(registry, session, validate),
        inSession(registry, session, query, migration),
      );
      const over = { value: value - floor, floor, ratio: value / floor };
      figures.push(figure({ name, unit: "ms more", ...over }, goal));
    }
  }
  return figures;
}
