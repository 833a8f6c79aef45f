// Plain JavaScript for Node 18 and newer: this runs before anything is installed.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname } from "node:path";

const settings = ["--no-audit", "--no-fund", "--loglevel=error"];
// The settings of a user or a server must not leave out what the tests need.
settings.push(
  "--include=dev",
  "--include=optional",
  "--ignore-scripts=false",
  "--engine-strict=false",
);

/**
 * Runs npm on the Node that is given, with a sign of life every ten seconds.
 *
 * @throws when npm ends with another exit code than 0
 */
export async function npm(node, folder, ...args) {
  const started = Date.now();
  const heartbeat = setInterval(() => {
    console.log(`  still installing, ${Math.round((Date.now() - started) / 1000)} s`);
  }, 10_000);
  const code = await run(node, folder, [...args, ...settings]).finally(() => {
    clearInterval(heartbeat);
  });
  if (code !== 0) throw new Error(`npm ${args[0]} failed with exit code ${code}, see above.`);
}

function run(node, folder, args) {
  const script = process.env.npm_execpath;
  const viaScript = script?.endsWith("npm-cli.js") && existsSync(script);
  const [command, ...rest] = viaScript ? [node, script, ...args] : ["npm", ...args];
  const child = spawn(command, rest, {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}` },
    shell: !viaScript && process.platform === "win32",
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
