import { join } from "node:path";
import { cacheFolder } from "../../scripts/cache-folder.ts";
import { type CommandResult, runCommand } from "../../scripts/command.ts";
import { podmanSettings } from "./podman-settings.ts";
import { findProgram } from "./programs.ts";

/** What builds and runs containers, by the command line that Docker and Podman share. */
export interface ContainerEngine {
  readonly name: "docker" | "podman";
  /** The program, and what stands before each of its subcommands. */
  readonly command: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
}

export const docker: ContainerEngine = { name: "docker", command: ["docker"], env: process.env };

/** Podman, with a store of its own: what stands there for an image is nobody else's. */
export async function findPodman(): Promise<ContainerEngine | undefined> {
  const file = await findProgram("podman");
  if (file === undefined) return undefined;
  const folder = join(cacheFolder(), "podman");
  const env = { ...process.env, CONTAINERS_CONF: await podmanSettings(folder) };
  const store = ["--root", join(folder, "store"), "--runroot", join(folder, "run")];
  return { name: "podman", command: [file, ...store], env };
}

/** Runs a subcommand. */
export function runEngine(
  { command: [file, ...before], env }: ContainerEngine,
  ...args: string[]
): Promise<CommandResult> {
  return runCommand(file, [...before, ...args], { env });
}

/** Runs a subcommand that must succeed; returns what it printed. */
export async function mustRun(engine: ContainerEngine, ...args: string[]): Promise<string> {
  const { code, output } = await runEngine(engine, ...args);
  if (code !== 0) throw new Error(`${engine.name} ${args.join(" ")}:\n${output.slice(-4000)}`);
  return output;
}
