import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "./command.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));
const events = join(repository, "events");

/**
 * Compiles the consumers' package to `events/dist`, with its types and the JSON schema of events.
 *
 * @throws with the compiler's messages
 */
export async function buildEvents(): Promise<void> {
  const draft = await mkdtemp(join(events, ".dist-"));
  try {
    const args = ["-p", "events/tsconfig.json", "--outDir", draft];
    const { code, output } = await runCommand("tsc", args, { cwd: repository });
    if (code !== 0) throw new Error(output.trim());
    await cp(join(repository, "schema", "event.json"), join(draft, "schema", "event.json"));
    const dist = join(events, "dist");
    await rm(dist, { recursive: true, force: true });
    await rename(draft, dist);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  await buildEvents().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
