import { findDocker } from "./container.ts";
import { type ContainerEngine, docker, findPodman, runEngine } from "./container-engine.ts";
import { installDebianPackages } from "./install-debian.ts";
import { obtainNodeImage } from "./node-image.ts";
import { type Supply, supplied } from "./supply.ts";

/** What the relay's Dockerfile begins with. */
const image = "docker.io/library/node:24-bookworm-slim";

/** Docker as it is, or Podman with the image that the relay's is built from. */
export const containerSupply: Supply<ContainerEngine> = {
  name: "a container engine",
  async find() {
    if (await findDocker()) return docker;
    const podman = await findPodman();
    if (podman === undefined) return undefined;
    const { code } = await runEngine(podman, "image", "exists", image);
    return code === 0 ? podman : undefined;
  },
  async install() {
    const refusal = (await findPodman())
      ? undefined
      : await installDebianPackages(["podman", "runc"]);
    if (refusal) return refusal;
    const podman = await findPodman();
    return podman ? obtainNodeImage(podman, image) : "there is no podman";
  },
  hint: "start Docker, or apt-get install podman runc debootstrap",
};

/** @throws ServerMissing */
export async function containerEngine(): Promise<ContainerEngine> {
  const found = await supplied(containerSupply);
  return found === "container" ? docker : found;
}
