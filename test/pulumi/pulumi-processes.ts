import { readdir, readFile } from "node:fs/promises";

/** A process of this machine, as Linux tells of it. */
interface Process {
  readonly id: number;
  readonly parent: number;
  readonly commandLine: string;
}

/**
 * Ends processes of the operation of Pulumi that this process runs, at once and without a warning.
 *
 * @param which the engine with all that it has started, as when the machine goes away; or the
 * process that runs the methods of dynamic resources
 * @throws when there is none
 */
export async function killPulumi(which: "engine" | "provider"): Promise<void> {
  const all = await processes();
  const below = (id: number): Process[] =>
    all.filter(({ parent }) => parent === id).flatMap((each) => [each, ...below(each.id)]);
  const engines = below(process.pid).filter(({ commandLine }) =>
    /^([^\0]*\/)?pulumi\0/.test(commandLine),
  );
  const started = engines.flatMap((engine) => [engine, ...below(engine.id)]);
  const isProvider = ({ commandLine }: Process) => /^node\0.*dynamic-provider/.test(commandLine);
  const chosen = which === "provider" ? started.filter(isProvider) : started;
  if (!started.some(isProvider)) throw new Error("Pulumi runs no methods of dynamic resources");
  for (const { id } of chosen) process.kill(id, "SIGKILL");
}

async function processes(): Promise<Process[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const read = ids.map(async (id) => {
    const [status, commandLine] = await Promise.all([
      readFile(`/proc/${id}/status`, "utf8"),
      readFile(`/proc/${id}/cmdline`, "utf8"),
    ]);
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]);
    return { id: Number(id), parent, commandLine };
  });
  // Some have ended since they were listed.
  const settled = await Promise.allSettled(read);
  return settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}
