import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findProgram } from "./programs.ts";

/**
 * Writes Podman's settings for machines without systemd and with low limits, such as those of CI.
 *
 * @returns the file, for CONTAINERS_CONF
 */
export async function podmanSettings(folder: string): Promise<string> {
  const file = join(folder, "containers.conf");
  const runtime = (await findProgram("runc")) ? ['runtime = "runc"'] : [];
  const settings = [
    "[containers]",
    'default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]',
    "[engine]",
    ...runtime,
    'cgroup_manager = "cgroupfs"',
    'events_logger = "file"',
  ];
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${settings.join("\n")}\n`);
  return file;
}
