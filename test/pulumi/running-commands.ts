import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * The command lines of all processes of this machine while something runs, as far as Linux tells.
 */
export async function commandLinesDuring(work: () => Promise<unknown>): Promise<string> {
  const seen = new Set<string>();
  let runs = true;
  const look = async () => {
    while (runs) {
      const ids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
      for (const id of ids) seen.add(await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => ""));
      await sleep(50);
    }
  };
  const looking = look();
  await work();
  runs = false;
  await looking;
  return [...seen].join("\n").replaceAll("\0", " ");
}
