// Runs a TypeScript file of this repository on a fresh clone: installs what is missing, then hands
// over to Node 24. Plain JavaScript for Node 18 and newer.
// Usage: node scripts/start.mjs <file> [arguments]
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { ensureDependencies } from "./dependencies.mjs";
import { modernNode, repository } from "./modern-node.mjs";

async function main([file, ...args]) {
  await ensureDependencies();
  const binaries = join(repository, "node_modules", ".bin");
  const child = spawn(await modernNode(), [file, ...args], {
    cwd: repository,
    stdio: "inherit",
    env: { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ""}` },
  });
  // The child ends in its own way and its own time; a key press reaches it without our help.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
  });
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
