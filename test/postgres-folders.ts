import { execFile } from "node:child_process";
import { access, chown, constants, mkdir, rename, rm, stat, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The folder of the clone for what tests keep between runs. */
export const cache = fileURLToPath(new URL("../.cache", import.meta.url));

const owner = process.getuid?.() ?? 0;
const ownName = `integratedb-postgres-${owner}`;
const gibibyte = 2 ** 30;

/** The user that the servers run as: Postgres refuses root, so root lends them to `nobody`. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** `undefined` where the servers simply run as the user who runs the tests. */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (owner !== 0) return undefined;
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) =>
      Number((await promisify(execFile)("id", [flag, "nobody"])).stdout),
    ),
  );
  if (!uid || !gid) throw new Error("Postgres cannot run as root and there is no user `nobody`.");
  return { uid, gid };
}

/**
 * The folder for templates and binaries: inside the clone where the server's user can get there,
 * else in the folder for temporary files (a clone in root's home is closed to `nobody`).
 */
export async function serverRoot(): Promise<string> {
  const candidates = [join(cache, "postgres"), join(tmpdir(), ownName), join("/tmp", ownName)];
  for (const folder of candidates) {
    await mkdir(folder, { recursive: true });
    if ((await stat(folder)).uid !== owner) continue;
    if (owner !== 0 || (await isOpenToAll(folder))) return folder;
  }
  throw new Error(`No folder for Postgres data that its user can reach: ${candidates.join(", ")}`);
}

/**
 * The folder for the data of running servers: in memory where there is plenty, because a database
 * of hundreds of small files is made ten times as fast there.
 */
export async function clusterRoot(): Promise<string> {
  const user = await serverUser();
  const parent = (await hasMemoryToSpare()) ? join("/dev/shm", ownName) : await serverRoot();
  const folder = join(parent, "clusters");
  await mkdir(folder, { recursive: true });
  if ((await stat(parent)).uid !== owner) throw new Error(`${parent} belongs to somebody else.`);
  // A server's supervisor removes its folder, so the server's user must own the one above it.
  if (user) await chown(folder, user.uid, user.gid);
  return folder;
}

async function hasMemoryToSpare(): Promise<boolean> {
  if (process.availableMemory() < 6 * gibibyte) return false;
  try {
    await access("/dev/shm", constants.W_OK);
    const { bavail, bsize } = await statfs("/dev/shm");
    return bavail * bsize > 4 * gibibyte;
  } catch {
    return false;
  }
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

/** Whether every user may look into the folder and those above it. */
export async function isOpenToAll(path: string): Promise<boolean> {
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
