import { fileURLToPath } from "node:url";
import { build } from "./build.ts";
import { buildEvents } from "./build-events.ts";
import { buildRelay } from "./build-relay.ts";
import { duration, runCommand } from "./command.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));

/** What is checked without running the project, by name, in the order in which it is done. */
export const staticChecks = {
  format: () => tool("biome", "format", "."),
  lint: () => tool("biome", "check", "--formatter-enabled=false", "--error-on-warnings", "."),
  types: () => tool("tsc", "-p", "tsconfig.json"),
  "dead code": () => tool("knip"),
  build: () => build(),
  publint: () => tool("publint", "--strict"),
  "events build": () => buildEvents(),
  "events publint": () => tool("publint", "--strict", "events"),
  "relay build": async () => void (await buildRelay()),
  "relay publint": () => tool("publint", "--strict", "relay"),
  // The package is for import alone, and the file of a schema has no types.
  attw: () => tool("attw", "--pack", ".", "--profile", "esm-only", "--exclude-entrypoints", schema),
  "events attw": () =>
    tool("attw", "--pack", "events", "--profile", "esm-only", "--exclude-entrypoints", eventSchema),
} as const satisfies Record<string, () => Promise<void>>;

const schema = "./schema/stakeholder.json";
const eventSchema = "./schema/event.json";

export type StaticCheck = keyof typeof staticChecks;

/** Runs checks one after the other, prints a line for each and all that a failing one has to say. */
export async function runStaticChecks(
  names: readonly StaticCheck[] = Object.keys(staticChecks) as StaticCheck[],
): Promise<{ passed: number; failed: number }> {
  let failed = 0;
  for (const name of names) {
    const started = Date.now();
    const complaint = await staticChecks[name]().then(
      () => undefined,
      (error: Error) => error.message,
    );
    const time = duration(Date.now() - started);
    console.log(`${complaint === undefined ? "ok    " : "FAILED"} ${name} (${time})`);
    if (complaint === undefined) continue;
    failed++;
    console.log(complaint);
  }
  return { passed: names.length - failed, failed };
}

async function tool(command: string, ...args: string[]): Promise<void> {
  const { code, output } = await runCommand(command, args, { cwd: repository });
  if (code !== 0) throw new Error(output.trim());
}
