import * as pulumi from "@pulumi/pulumi";
import { DockerRelayResource } from "../../provider/docker-relay.ts";
import { childOptions } from "../child-options.ts";
import { Relay, type RelayArgs } from "./relay.ts";

/** Where a container's output goes: a driver of the engine, such as `json-file` or `journald`. */
export interface DockerLoggingArgs {
  readonly driver: pulumi.Input<string>;
  /** @example { "max-size": "10m", "max-file": "3" } */
  readonly options?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Arguments of `DockerRelay`. */
export interface DockerRelayArgs extends RelayArgs {
  /**
   * Name of the container.
   * @default "<project>-<stack>-<name of the resource>"
   */
  readonly name?: pulumi.Input<string>;
  /**
   * Where the Docker Engine API is.
   * @default the variable DOCKER_HOST, else the machine's own socket
   * @example "ssh://deploy@relay.internal"
   */
  readonly dockerHost?: pulumi.Input<string>;
  /**
   * Whether the image is pulled if it is missing, at every change, or never.
   * @default "missing"
   */
  readonly pull?: pulumi.Input<"missing" | "always" | "never">;
  /** Login at the registry of a private image. */
  readonly registry?: pulumi.Input<{
    readonly username: pulumi.Input<string>;
    readonly password: pulumi.Input<string>;
  }>;
  /**
   * Networks that the container is in, or `["host"]`. One that is not there is made, and goes with
   * the relay.
   * @default the engine's default network
   */
  readonly networks?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Port of the host, or address and port, at which the relay's port can be reached from outside.
   * An update then stops the old container before the new one starts.
   * @default none
   * @example "127.0.0.1:8080"
   */
  readonly publish?: pulumi.Input<string>;
  /**
   * Further names that the container knows, each with its address.
   * @example ["host.docker.internal:host-gateway"]
   */
  readonly extraHosts?: pulumi.Input<pulumi.Input<string>[]>;
  /** @default "unless-stopped" */
  readonly restart?: pulumi.Input<"no" | "always" | "unless-stopped" | "on-failure">;
  /**
   * Megabytes of memory that the container may use, with what is in its folder for large transactions.
   * @default 512
   */
  readonly memoryMb?: pulumi.Input<number>;
  /**
   * Megabytes of that folder, which is in memory.
   * @default 256
   */
  readonly spillMb?: pulumi.Input<number>;
  /** @default the engine's own */
  readonly logging?: pulumi.Input<DockerLoggingArgs>;
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Seconds in which a container that was started must be ready.
   * @default 60
   */
  readonly timeoutSeconds?: pulumi.Input<number>;
}

/**
 * A relay in a container of a Docker host. An update starts the new container before the old one
 * ends, and no event is lost. Needs the package `dockerode` beside this one.
 *
 * @example
 * new integratedb.DockerRelay("relay", {
 *   database: shop,
 *   networks: ["shop"],
 *   databaseHost: "postgres",
 * });
 */
export class DockerRelay extends pulumi.ComponentResource {
  readonly containerId: pulumi.Output<string>;
  readonly containerName: pulumi.Output<string>;
  /** The login, key and slot, and what a relay runs with. */
  readonly relay: Relay;

  constructor(name: string, args: DockerRelayArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("integratedb:index:DockerRelay", name, {}, opts);
    this.relay = new Relay(`${name}-relay`, args, childOptions(this, opts));
    const { dockerHost, pull, networks, publish, extraHosts, restart, memoryMb, spillMb } = args;
    const { logging, labels, timeoutSeconds, adopt } = args;
    this.containerName = pulumi.output(
      args.name ?? `${pulumi.getProject()}-${pulumi.getStack()}-${name}`,
    );
    const container = new DockerRelayResource(
      `${name}-container`,
      {
        name: this.containerName,
        image: this.relay.image,
        environment: this.relay.environment,
        slot: this.relay.slot,
        port: this.relay.ports.http,
        drainSeconds: args.settings?.drainSeconds ?? 10,
        dockerHost,
        pull,
        registry: args.registry === undefined ? undefined : pulumi.secret(args.registry),
        networks,
        publish,
        extraHosts,
        restart,
        memoryMb,
        spillMb,
        logging,
        labels,
        timeoutSeconds,
        adopt,
      },
      childOptions(this, opts),
    );
    this.containerId = container.containerId;
    this.registerOutputs({ containerId: this.containerId, containerName: this.containerName });
  }
}
