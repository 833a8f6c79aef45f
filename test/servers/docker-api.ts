import { get } from "node:http";
import { join } from "node:path";
import { containerEngine } from "./container-supply.ts";
import { startSupervised, type TestServer } from "./supervised-server.ts";

/** A Docker Engine API: that of Docker itself, or the one that Podman speaks. */
export interface DockerApi {
  readonly name: "docker" | "podman";
  /** As in DOCKER_HOST; undefined for the machine's own. */
  readonly host: string | undefined;
  /** What a container calls the machine that it runs on. */
  readonly nameOfHost: string;
  stop(): Promise<void>;
}

/** @throws ServerMissing */
export async function startDockerApi(): Promise<DockerApi> {
  const engine = await containerEngine();
  if (engine.name === "docker") {
    const stop = async () => undefined;
    return { name: "docker", host: undefined, nameOfHost: "host.docker.internal", stop };
  }
  const { command, env } = engine;
  let socket = "";
  const server: TestServer = await startSupervised({
    name: "podman",
    programs: (folder) => {
      socket = join(folder, "docker.sock");
      const [file, ...before] = command;
      const args = [...before, "system", "service", "--time=0", `unix://${socket}`];
      return [{ file, args, env: { CONTAINERS_CONF: env["CONTAINERS_CONF"] ?? "" } }];
    },
    isReady: () => answers(socket),
  });
  return {
    name: "podman",
    host: `unix://${socket}`,
    nameOfHost: "host.containers.internal",
    stop: () => server.stop(),
  };
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    get({ socketPath, path: "/_ping" }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on("error", () => resolve(false));
  });
}
