import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

interface LockFile {
  readonly packages: Record<string, { readonly optionalDependencies?: Record<string, string> }>;
}

/**
 * A lock file made on one system may name that system's binaries alone, and `npm ci` then refuses
 * it, or leaves out the native parts on every other system.
 */
test("the lock file names the binaries for every system", async () => {
  const { packages }: LockFile = JSON.parse(await readFile("package-lock.json", "utf8"));
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isLocked(packages, path, name))
      .map(([name, version]) => `${name}@${version}`),
  );
  expect(missing).toEqual([]);
});

/** Whether Node would find the package from `path`: beside its own dependencies, or further up. */
function isLocked(packages: LockFile["packages"], path: string, name: string): boolean {
  const key = path === "" ? `node_modules/${name}` : `${path}/node_modules/${name}`;
  if (Object.hasOwn(packages, key)) return true;
  if (path === "") return false;
  return isLocked(packages, path.slice(0, Math.max(0, path.lastIndexOf("/node_modules/"))), name);
}
