import { randomBytes } from "node:crypto";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Docker from "dockerode";
import { buildRelay } from "../../scripts/build-relay.ts";
import { freePort } from "../../test/free-port.ts";
import { RelayProcess } from "../../test/relay/relay-process.ts";

const sources = fileURLToPath(new URL("../../relay", import.meta.url));

/** Where the relay of the story runs. */
export interface RelayPlace {
  /** What the program declares. */
  readonly declaration: string;
  /** Which it is, in a sentence. */
  readonly explanation: string;
  /** Runs it, where the stack itself does not. */
  start(environment: Record<string, string>): Promise<void>;
  /** Ends it, where the stack itself does not. */
  stop(): Promise<void>;
  /** Removes what is left of it, also after an interruption. */
  clear(): Promise<void>;
}

/** A container where a Docker Engine answers and can have the image, else a process. */
export async function relayPlace(): Promise<RelayPlace> {
  const docker = new Docker();
  try {
    // The shop's server listens on this machine only, which only here is the engine's own.
    if (process.platform !== "linux") throw new Error("Docker runs in a machine of its own");
    await docker.ping().catch(() => {
      throw new Error("no Docker answers");
    });
    return await inContainer(docker);
  } catch (error) {
    return asProcess(error instanceof Error ? error.message.split("\n")[0] : String(error));
  }
}

async function inContainer(docker: Docker): Promise<RelayPlace> {
  const name = `integratedb-demo-${randomBytes(3).toString("hex")}`;
  await buildImage(docker, name);
  const port = await freePort();
  return {
    declaration: `new integratedb.DockerRelay("relay", {
  database: shop,
  name: "${name}",
  image: "${name}:latest",
  pull: "never",
  networks: ["host"],
  settings: { port: ${port}, allowAddresses: ["127.0.0.0/8"] },
});
`,
    explanation: `It runs in a container, ${name}, since a Docker Engine answers.`,
    start: async () => undefined,
    stop: async () => undefined,
    async clear() {
      const options = { force: true, v: true };
      await docker
        .getContainer(name)
        .remove(options)
        .catch(() => undefined);
      await docker
        .getImage(name)
        .remove({ force: true })
        .catch(() => undefined);
    },
  };
}

async function buildImage(docker: Docker, tag: string): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), "relay-image-"));
  try {
    await copyFile(join(sources, "Dockerfile"), join(context, "Dockerfile"));
    await buildRelay(join(context, "dist"));
    const files = ["Dockerfile", "dist/main.js", "dist/health-check.js"];
    const options = { t: tag, networkmode: "host" };
    const output = await docker.buildImage({ context, src: files }, options);
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(output, (error) => (error ? reject(error) : resolve()));
    });
    await docker.getImage(tag).inspect();
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

function asProcess(why: string | undefined): RelayPlace {
  let relay: RelayProcess | undefined;
  return {
    declaration: `const relay = new integratedb.Relay("relay", { database: shop });
export const relayEnvironment = relay.environment;
`,
    explanation: `It runs as a process beside this one, since it cannot in a container: ${why}.`,
    async start(environment) {
      relay = await RelayProcess.start(environment);
      const started = relay;
      process.once("exit", () => started.kill());
      await relay.ready();
    },
    stop: async () => relay?.end(),
    clear: async () => relay?.end(),
  };
}
