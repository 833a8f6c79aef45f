// Plain JavaScript for Node 18 and newer: this runs before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("..", import.meta.url));
const modules = join(repository, "node_modules");
const node = join(modules, "node", "bin", process.platform === "win32" ? "node.exe" : "node");

/** Runs `npm ci` unless `node_modules` already holds exactly what package-lock.json names. */
export async function ensureDependencies() {
  const reason = staleness();
  if (!reason) return;
  console.log(`Installing the dependencies with npm ci: ${reason}. About a minute.`);
  const started = Date.now();
  const code = await npmCi();
  if (code !== 0) throw new Error(`npm ci failed with exit code ${code}; its messages are above.`);
  const left = staleness();
  if (left) throw new Error(`npm ci ended well, but ${left}.`);
  console.log(`Dependencies installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/**
 * The Node that runs TypeScript as it is: the one among the devDependencies, or the one that runs
 * this, where there is no binary of the former for the system.
 */
export function modernNode() {
  if (runs(node)) return node;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)) {
    return process.execPath;
  }
  throw new Error(
    `Node 24 from npm does not run on this system, and Node ${process.versions.node} is too old ` +
      "to take its place: install Node 24 and run the command again.",
  );
}

/** Why an installation is needed, or undefined. */
function staleness() {
  const installed = readJson(join(modules, ".package-lock.json"))?.packages;
  if (!installed) return "nothing is installed yet";
  const locked = readJson(join(repository, "package-lock.json")).packages;
  for (const [path, wanted] of Object.entries(locked)) {
    const found = installed[path];
    // Binaries for other systems are in the lock file and never in node_modules.
    if (path === "" || (!found && wanted.optional)) continue;
    if (found?.version !== wanted.version || found?.integrity !== wanted.integrity) {
      return `${path} is ${found ? found.version : "missing"}, and ${wanted.version} is wanted`;
    }
  }
  if (!existsSync(node)) return "the install script of the package `node` did not run";
  return undefined;
}

function npmCi() {
  const flags = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  // The settings of a user or a server must not leave out what the tests need.
  flags.push(
    "--include=dev",
    "--include=optional",
    "--ignore-scripts=false",
    "--engine-strict=false",
  );
  const script = process.env.npm_execpath;
  const viaScript = script?.endsWith("npm-cli.js") && existsSync(script);
  const command = viaScript ? process.execPath : "npm";
  const child = spawn(command, viaScript ? [script, ...flags] : flags, {
    cwd: repository,
    stdio: ["ignore", "inherit", "inherit"],
    shell: !viaScript && process.platform === "win32",
  });
  const started = Date.now();
  const heartbeat = setInterval(() => {
    console.log(`  still installing, ${Math.round((Date.now() - started) / 1000)} s`);
  }, 10_000);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  }).finally(() => clearInterval(heartbeat));
}

function runs(file) {
  return existsSync(file) && spawnSync(file, ["--version"]).status === 0;
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
