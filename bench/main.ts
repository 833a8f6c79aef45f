import { parseArgs } from "node:util";
import type { Figure } from "./figure.ts";
import { note } from "./progress.ts";
import { pulumiFigures } from "./pulumi.ts";
import { putClaimFigures } from "./put-claim.ts";
import { startRegistry } from "./registry.ts";
import { table, verdict } from "./report.ts";
import { syncFigures } from "./sync.ts";
import { validateFigures } from "./validate.ts";

/** The parts that share one database, in the order in which its registry grows. */
const inRegistry = { put: putClaimFigures, sync: syncFigures, validate: validateFigures };

/** Measures, and prints one table, or with --json one object a line. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      only: { type: "string" },
      postgres: { type: "string", default: "18" },
    },
  });
  const version = Number(values.postgres);
  const wanted = partsOf(values.only);
  const figures: Figure[] = [];
  const add = (more: readonly Figure[]) => {
    figures.push(...more);
    if (values.json) for (const one of more) console.log(JSON.stringify(one));
  };
  const here = Object.entries(inRegistry).filter(([part]) => wanted.includes(part));
  if (here.length > 0) {
    note(`starting Postgres ${version} with 1,000 tables`);
    const registry = await startRegistry(version);
    try {
      for (const [, measure] of here) add(await measure(registry));
    } finally {
      await registry.stop();
    }
  }
  if (wanted.includes("pulumi")) add(await pulumiFigures(version));
  if (values.json) return note(verdict(figures));
  console.log(table(figures));
  console.log(verdict(figures));
}

function partsOf(only: string | undefined): string[] {
  const all = [...Object.keys(inRegistry), "pulumi"];
  const wanted = only?.split(",") ?? all;
  const unknown = wanted.filter((part) => !all.includes(part));
  if (unknown.length === 0) return wanted;
  throw new Error(`--only ${unknown.join(",")}: the parts are ${all.join(", ")}`);
}

await main();
