import { parseArgs } from "node:util";
import type { Figure } from "./figure.ts";
import { note } from "./progress.ts";
import { pulumiFigures } from "./pulumi.ts";
import { putClaimFigures } from "./put-claim.ts";
import { type Registry, startRegistry } from "./registry.ts";
import { relayFigures, relayParts } from "./relay/measure.ts";
import { table, verdict } from "./report.ts";
import { syncFigures } from "./sync.ts";
import {
  goalSize,
  growthFigures,
  migrationFigures,
  type SizeMeasured,
  validateAt,
  validateFigures,
} from "./validate.ts";

const registryParts = ["validate", "sync", "put"];
const parts = [...registryParts, "pulumi", ...relayParts];

type Report = (figures: readonly Figure[]) => void;

/**
 * Measures, and prints one table, or with --json one object a line. --postgres is the major version
 * of the server, --only the parts to run, with commas. --minutes watches the relay's memory at full
 * speed for so long, at least 3. A goal that is missed is printed as such and
 * is no failure of the run.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      only: { type: "string", default: parts.join(",") },
      minutes: { type: "string", default: "0" },
      postgres: { type: "string", default: "18" },
    },
  });
  const version = Number(values.postgres);
  const wanted = values.only.split(",");
  const minutes = Number(values.minutes);
  if (!(minutes === 0 || minutes >= 3)) throw new Error("--minutes: a number, at least 3");
  const unknown = wanted.filter((part) => !parts.includes(part));
  if (unknown.length > 0) throw new Error(`--only ${unknown}: the parts are ${parts.join(", ")}`);
  const figures: Figure[] = [];
  const report: Report = (more) => {
    figures.push(...more);
    if (values.json) for (const one of more) console.log(JSON.stringify(one));
  };
  if (wanted.some((part) => registryParts.includes(part)))
    await measureRegistry(version, wanted, report);
  if (wanted.includes("pulumi")) report(await pulumiFigures(version));
  report(await relayFigures(version, { parts: wanted, minutes }));
  if (values.json) return note(verdict(figures));
  console.log(table(figures));
  console.log(verdict(figures));
}

/** The parts that share one database, while its registry grows. */
async function measureRegistry(version: number, wanted: string[], report: Report): Promise<void> {
  note(`starting Postgres ${version} with 1,000 tables`);
  const registry = await startRegistry(version);
  try {
    const measured: SizeMeasured[] = [];
    for (const size of wanted.includes("validate") ? [100, goalSize, 10_000] : [goalSize]) {
      await registry.grow(size);
      if (wanted.includes("validate")) {
        const here = await validateAt(registry, size);
        measured.push(...here);
        report(validateFigures(here));
      }
      if (size === goalSize) await measureChanges(registry, wanted, report);
    }
    if (measured.length > 0) report(growthFigures(measured));
  } finally {
    await registry.stop();
  }
}

/** What changes cost among the number of claims that the goals are for. */
async function measureChanges(registry: Registry, wanted: string[], report: Report): Promise<void> {
  if (wanted.includes("validate")) report(await migrationFigures(registry));
  if (wanted.includes("sync")) report(await syncFigures(registry));
  if (wanted.includes("put")) report(await putClaimFigures(registry));
}

await main();
