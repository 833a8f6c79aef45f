import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder } from "../../scripts/cache-folder.ts";
import { findDocker } from "./container.ts";

/** Where one kind of server comes from. */
export interface Supply<Found> {
  readonly name: string;
  /** What runs it, if it is on this machine. */
  find(): Promise<Found | undefined>;
  /** Tries to get it; returns why it could not, or undefined once it has. */
  install(): Promise<string | undefined>;
  /** What a person does who wants it. */
  readonly hint: string;
}

/** A server that cannot be had here: its tests count as skipped, or fail if all are required. */
export class ServerMissing extends Error {
  readonly why: string;

  constructor(name: string, why: string, hint: string) {
    super(`${name} cannot be had here (${why}). To have it: ${hint}`);
    this.name = "ServerMissing";
    this.why = why;
  }
}

/** What an earlier process of the same run found missing, as JSON from name to reason. */
export const missingVariable = "INTEGRATEDB_TEST_MISSING_SERVERS";

/**
 * What runs the server: a program of this machine, one that is installed for it, or else "container"
 * where Docker answers.
 *
 * @throws ServerMissing
 */
export async function supplied<Found>(supply: Supply<Found>): Promise<Found | "container"> {
  const found = await supply.find();
  if (found !== undefined) return found;
  const known: Record<string, string> = JSON.parse(process.env[missingVariable] ?? "{}");
  const told = known[supply.name];
  if (told !== undefined) throw new ServerMissing(supply.name, told, supply.hint);
  // Another process may have installed it while this one waited for its turn.
  return whileLocked(`install-${supply.name}`, async () => {
    const refusal = (await supply.find()) ? undefined : await supply.install();
    const installed = await supply.find();
    if (installed !== undefined) return installed;
    if (await findDocker()) return "container";
    throw new ServerMissing(supply.name, `${refusal ?? "not found"}; no Docker`, supply.hint);
  });
}

/** One process at a time; the lock of one that is gone counts for nothing. */
async function whileLocked<T>(name: string, work: () => Promise<T>): Promise<T> {
  await mkdir(cacheFolder(), { recursive: true });
  const file = join(cacheFolder(), `${name}.lock`);
  while (!(await lock(file))) await sleep(500);
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function lock(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    const holder = Number(await readFile(file, "utf8").catch(() => ""));
    if (holder > 0 && !isAlive(holder)) await rm(file, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
