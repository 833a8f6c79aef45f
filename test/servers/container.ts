import { access, mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheFolder } from "../../scripts/cache-folder.ts";
import { runCommand } from "../../scripts/command.ts";
import { freePort } from "../free-port.ts";
import type { TestServer } from "./supervised-server.ts";

/** Fetched when a server has to run in a container, which is seldom; see `loadTestcontainers`. */
const testcontainersVersion = "12.2.0";

/** How a server is started where only Docker has it. */
export interface ContainerPlan {
  readonly image: string;
  /** The port that the server listens on inside. */
  readonly port: number;
  readonly command?: readonly string[];
  /** @param port the port outside, for servers that tell their clients where they are */
  environment?(port: number): Readonly<Record<string, string>>;
  isReady(port: number, log: string): Promise<boolean>;
}

/** The part of testcontainers 12 that is used. */
interface Testcontainers {
  readonly GenericContainer: new (image: string) => ContainerBuilder;
}
interface ContainerBuilder {
  withExposedPorts(port: { container: number; host: number }): ContainerBuilder;
  withCommand(command: readonly string[]): ContainerBuilder;
  withEnvironment(environment: Readonly<Record<string, string>>): ContainerBuilder;
  start(): Promise<Container>;
}
interface Container {
  getId(): string;
  stop(): Promise<unknown>;
}

let docker: Promise<boolean> | undefined;

/** Whether a Docker daemon answers. */
export function findDocker(): Promise<boolean> {
  docker ??= runCommand("docker", ["version", "--format", "{{.Server.Version}}"], {
    timeout: 10_000,
  }).then(({ code }) => code === 0);
  return docker;
}

/** The same as a supervised server, in a container that testcontainers removes with this process. */
export async function startContainer(plan: ContainerPlan): Promise<TestServer> {
  const { GenericContainer } = await loadTestcontainers();
  const port = await freePort();
  let builder = new GenericContainer(plan.image)
    .withExposedPorts({ container: plan.port, host: port })
    .withEnvironment(plan.environment?.(port) ?? {});
  if (plan.command) builder = builder.withCommand(plan.command);
  const container = await builder.start();
  const run = async (...args: string[]) => {
    const { code, output } = await runCommand("docker", [...args, container.getId()]);
    if (code !== 0) throw new Error(`docker ${args.join(" ")}: ${output}`);
    return output;
  };
  const untilReady = async () => {
    const deadline = Date.now() + 120_000;
    while (!(await plan.isReady(port, await run("logs")))) {
      if (Date.now() > deadline) throw new Error(`${plan.image} does not answer on ${port}`);
    }
  };
  await untilReady();
  return {
    port,
    kill: async () => void (await run("kill")),
    restart: async () => {
      await run("start");
      await untilReady();
    },
    pause: async () => void (await run("pause")),
    resume: async () => void (await run("unpause")),
    stop: async () => void (await container.stop()),
  };
}

/** Not among the devDependencies: a hundred packages that most machines never need. */
async function loadTestcontainers(): Promise<Testcontainers> {
  const folder = join(cacheFolder(), `testcontainers-${testcontainersVersion}`);
  const manifest = join(folder, "package.json");
  const entry = join(folder, "node_modules", "testcontainers", "package.json");
  const here = await access(entry).then(
    () => true,
    () => false,
  );
  if (!here) {
    await mkdir(folder, { recursive: true });
    await writeFile(manifest, JSON.stringify({ private: true }));
    console.log(`   Installing testcontainers ${testcontainersVersion} into ${folder} (once)`);
    const { code, output } = await runCommand(
      "npm",
      ["install", "--no-audit", "--no-fund", `testcontainers@${testcontainersVersion}`],
      { cwd: folder },
    );
    if (code !== 0) throw new Error(`npm install testcontainers: ${output.slice(-400)}`);
  }
  return import(pathToFileURL(createRequire(manifest).resolve("testcontainers")).href);
}
