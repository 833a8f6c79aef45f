import type Docker from "dockerode";
import { type ContainerWish, networksOf, optionsOf } from "./container-form.ts";

/** How a container differs from what was made, each in words. */
export function containerDrift(
  found: Docker.ContainerInspectInfo,
  wish: ContainerWish,
  imageId: string | undefined,
): string[] {
  const { HostConfig: wanted, Env: variables = [] } = optionsOf(wish, wish.name);
  const { State, HostConfig: actual, Config, Image, Name, NetworkSettings } = found;
  const networks = Object.keys(NetworkSettings.Networks ?? {});
  const left = networksOf(wish).filter(
    (name) => !["bridge", "host", "none"].includes(name) && !networks.includes(name),
  );
  const differences: readonly (readonly [boolean, string])[] = [
    [!State.Running, `the container is ${State.Status}`],
    [State.Health?.Status === "unhealthy", "the container is unhealthy"],
    [Name.replace(/^\//, "") !== wish.name, `the container is called ${Name.replace(/^\//, "")}`],
    [imageId !== undefined && bare(Image) !== bare(imageId), "the container has another image"],
    [actual.Memory !== wanted?.Memory, "its memory limit was changed"],
    [
      (actual.RestartPolicy?.Name || "no") !== wanted?.RestartPolicy?.Name,
      "its restart policy was changed",
    ],
    [!actual.ReadonlyRootfs, "its root file system can be written"],
    [variables.some((each) => !Config.Env.includes(each)), "its environment was changed"],
    ...left.map((name) => [true, `it is no longer in the network ${name}`] as const),
  ];
  return differences.filter(([is]) => is).map(([, text]) => text);
}

/** Podman leaves the name of the digest out. */
function bare(id: string): string {
  return id.replace(/^sha256:/, "");
}
