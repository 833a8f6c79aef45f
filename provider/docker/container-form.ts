import type Docker from "dockerode";
import { z } from "zod";
import { secretFolder, withSecretFiles } from "./secret-files.ts";

const restarts = ["no", "always", "unless-stopped", "on-failure"] as const;
const megabytes = z.number().int().min(6).max(1_048_576);

/** What a relay's container is made from. */
export const containerForm = z.object({
  name: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,120}$/, {
    error: "must be letters, digits, _ . or -, at most 121, and begin with a letter or digit",
  }),
  image: z.string().min(1),
  environment: z.record(z.string(), z.string()),
  slot: z.string(),
  port: z.number().int().min(1).max(65_535),
  drainSeconds: z.number().min(0).max(86_400),
  dockerHost: z
    .string()
    .regex(/^(unix|npipe|tcp|http|https|ssh):\/\/./, {
      error: "must be unix:///path, tcp://host:port or ssh://user@host",
    })
    .optional(),
  pull: z.enum(["missing", "always", "never"]).optional(),
  registry: z.strictObject({ username: z.string(), password: z.string() }).optional(),
  networks: z.array(z.string().min(1)).optional(),
  publish: z
    .string()
    .regex(/^([^:]+:|\[[^\]]+\]:)?\d{1,5}$/, { error: "must be a port, or address:port" })
    .optional(),
  extraHosts: z.array(z.string().regex(/^[^:]+:.+$/, { error: "must be name:address" })).optional(),
  restart: z.enum(restarts).optional(),
  memoryMb: megabytes.optional(),
  spillMb: megabytes.optional(),
  logging: z
    .strictObject({
      driver: z.string().min(1),
      options: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  labels: z.record(z.string().min(1), z.string()).optional(),
  timeoutSeconds: z.number().min(1).max(3_600).optional(),
  adopt: z.boolean().optional(),
});

export type ContainerWish = z.output<typeof containerForm>;

/** The label by which containers and networks of a relay are known; its value is the slot. */
export const relayLabel = "org.integratedb.relay";

/** Seconds that the engine waits for a relay that is asked to end, before it kills it. */
export function stopSeconds({ drainSeconds }: ContainerWish): number {
  return Math.ceil(drainSeconds) + 20;
}

/** Whether a second container with this wish cannot run beside the first: both need one port. */
export function needsHostPort({ publish, networks = [] }: ContainerWish): boolean {
  return publish !== undefined || networks.includes("host");
}

/** The networks in which it is. */
export function networksOf({ networks = [] }: ContainerWish): readonly string[] {
  return networks.length > 0 ? networks : ["bridge"];
}

/** What the engine is asked for: nothing that the relay does not need. */
export function optionsOf(wish: ContainerWish, name: string): Docker.ContainerCreateOptions {
  const { variables } = withSecretFiles(wish.environment);
  const { memoryMb = 512, spillMb = 256, restart = "unless-stopped", logging } = wish;
  const port = `${wish.port}/tcp`;
  return {
    name,
    Image: wish.image,
    Env: Object.entries(variables).map(([variable, value]) => `${variable}=${value}`),
    Labels: { ...wish.labels, [relayLabel]: wish.slot },
    ExposedPorts: { [port]: {} },
    Volumes: { [secretFolder]: {} },
    StopTimeout: stopSeconds(wish),
    HostConfig: {
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Memory: memoryMb * 2 ** 20,
      Tmpfs: { "/spill": `size=${spillMb}m,mode=1777` },
      RestartPolicy: { Name: restart },
      NetworkMode: networksOf(wish)[0] ?? "bridge",
      ...(wish.publish === undefined
        ? {}
        : { PortBindings: { [port]: [bindingOf(wish.publish)] } }),
      ...(wish.extraHosts === undefined ? {} : { ExtraHosts: wish.extraHosts }),
      ...(logging === undefined
        ? {}
        : { LogConfig: { Type: logging.driver, Config: logging.options ?? {} } }),
    },
  };
}

function bindingOf(publish: string): { HostIp: string; HostPort: string } {
  const colon = publish.lastIndexOf(":");
  const address = publish.slice(0, Math.max(colon, 0)).replace(/^\[(.*)\]$/, "$1");
  return { HostIp: address, HostPort: publish.slice(colon + 1) };
}
