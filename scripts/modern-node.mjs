// Plain JavaScript for Node 18 and newer: this runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm } from "./npm.mjs";

export const repository = fileURLToPath(new URL("..", import.meta.url));
const early = join(repository, ".cache", "node");

/** The Node of the devDependencies, or undefined where it is not installed or does not run. */
function dependencyNode() {
  return runnable(nodeIn(repository));
}

/**
 * A Node that runs TypeScript as it is and that npm can install with: under an older one, npm
 * leaves out the native parts of packages that ask for a newer one, and says nothing.
 */
export async function modernNode() {
  const found = dependencyNode() ?? (isModern() ? process.execPath : runnable(nodeIn(early)));
  if (found) return found;
  const lock = JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8"));
  const { version } = lock.packages["node_modules/node"];
  console.log(`Installing Node ${version} from npm into .cache/: ${process.version} is too old.`);
  mkdirSync(early, { recursive: true });
  const manifest = { private: true, dependencies: { node: version }, allowScripts: { node: true } };
  writeFileSync(join(early, "package.json"), JSON.stringify(manifest));
  await npm(process.execPath, early, "install", "--no-package-lock");
  const installed = runnable(nodeIn(early));
  if (installed) return installed;
  throw new Error(
    `Node ${version} from npm does not run on this system, and ${process.version} is too old to ` +
      "take its place: install Node 24 and run the command again.",
  );
}

/** Whether this very process strips types without a flag. */
function isModern() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

function nodeIn(folder) {
  const name = process.platform === "win32" ? "node.exe" : "node";
  return join(folder, "node_modules", "node", "bin", name);
}

function runnable(file) {
  return existsSync(file) && spawnSync(file, ["--version"]).status === 0 ? file : undefined;
}
