import { readFile } from "node:fs/promises";

/** Megabytes of a process that are in memory now, and that were at most; undefined where /proc is not. */
export async function processMemory(
  pid: number,
): Promise<{ now: number; peak: number } | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "latin1").catch(() => undefined);
  if (status === undefined) return undefined;
  const megabytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
  return { now: megabytes("VmRSS"), peak: megabytes("VmHWM") };
}
