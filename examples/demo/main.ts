// `npm run demo`: the main job, end to end, on a Postgres and a state file of its own.
import { duration } from "../../scripts/command.ts";
import { title } from "./printing.ts";
import { setStage } from "./stage.ts";
import { tell } from "./story.ts";

const interruption = new AbortController();
const { signal } = interruption;
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    // Whoever asks twice does not want to wait for Pulumi to end its operation.
    if (signal.aborted) process.exit(exitCodeOf(name));
    interruption.abort(name);
  });
}

/** As a shell has it: 128 and the number of the signal. */
function exitCodeOf(name: string): number {
  return name === "SIGINT" ? 130 : 143;
}

async function main(): Promise<void> {
  const started = Date.now();
  title("IntegrateDB: the database of a shop, and the reporter that reads it");
  console.log("Getting ready: the Pulumi engine, PostgreSQL 18, the package as npm packs it …");
  const stage = await setStage();
  try {
    await tell(stage, signal);
    console.log(`\nDone in ${duration(Date.now() - started)}. By hand: docs/tutorial.md`);
  } finally {
    await stage.clear();
  }
}

await main().catch((error: unknown) => {
  if (signal.aborted) {
    console.error("\nInterrupted; everything is removed.");
    process.exitCode = exitCodeOf(signal.reason);
    return;
  }
  console.error(`\nThe demo failed: ${reasonOf(error)}`);
  process.exitCode = 1;
});

/** Pulumi's own error holds all that it printed; of that, what it calls an error. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const told = message.match(/^ +error: .*$/gm) ?? [message];
  return [...new Set(told.map((text) => text.trim()))].join("\n");
}
