// Plain JavaScript for Node 18 and newer: this runs before anything is installed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { modernNode, repository } from "./modern-node.mjs";
import { npm } from "./npm.mjs";

/** Runs `npm ci` unless `node_modules` already holds what package-lock.json names. */
export async function ensureDependencies() {
  const reason = staleness();
  if (!reason) return;
  const node = await modernNode();
  console.log(`Installing the dependencies with npm ci: ${reason}. About a minute.`);
  const started = Date.now();
  await npm(node, repository, "ci");
  const left = staleness();
  if (left) throw new Error(`npm ci ended well, but ${left}.`);
  console.log(`Dependencies installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/** Why an installation is needed, or undefined. */
function staleness() {
  const installed = readJson(join(repository, "node_modules", ".package-lock.json"))?.packages;
  if (!installed) return "nothing is installed yet";
  const locked = readJson(join(repository, "package-lock.json")).packages;
  for (const [path, wanted] of Object.entries(locked)) {
    const found = installed[path];
    if (path === "" || (!found && !isNeeded(wanted))) continue;
    const isSame = !wanted.integrity || found?.integrity === wanted.integrity;
    if (found?.version !== wanted.version || !isSame) {
      return `${path} is ${found ? found.version : "missing"}, and ${wanted.version} is wanted`;
    }
  }
  return undefined;
}

/** The lock file names the binaries for all systems, and those for others are never installed. */
function isNeeded({ optional, os, cpu, libc }) {
  if (!optional) return true;
  const isOurs = os?.includes(process.platform) && cpu?.includes(process.arch);
  return Boolean(isOurs && (!libc || libc.includes(ourLibc())));
}

function ourLibc() {
  return process.report.getReport().header.glibcVersionRuntime ? "glibc" : "musl";
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
