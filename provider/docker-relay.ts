import type * as pulumi from "@pulumi/pulumi";
import { DelegatedResource } from "./delegated-resource.ts";

export interface DockerRelayResourceInputs {
  readonly name: pulumi.Input<string>;
  readonly image: pulumi.Input<string>;
  readonly environment: pulumi.Input<Record<string, string>>;
  readonly slot: pulumi.Input<string>;
  readonly port: pulumi.Input<number>;
  readonly drainSeconds: pulumi.Input<number>;
  readonly dockerHost?: pulumi.Input<string> | undefined;
  readonly pull?: pulumi.Input<string> | undefined;
  readonly registry?: pulumi.Input<unknown> | undefined;
  readonly networks?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  readonly publish?: pulumi.Input<string> | undefined;
  readonly extraHosts?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  readonly restart?: pulumi.Input<string> | undefined;
  readonly memoryMb?: pulumi.Input<number> | undefined;
  readonly spillMb?: pulumi.Input<number> | undefined;
  readonly logging?: pulumi.Input<unknown> | undefined;
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  readonly timeoutSeconds?: pulumi.Input<number> | undefined;
  readonly adopt?: pulumi.Input<boolean> | undefined;
}

/** A relay's container as a resource of its own. */
export class DockerRelayResource extends DelegatedResource {
  declare readonly containerId: pulumi.Output<string>;

  constructor(
    name: string,
    inputs: DockerRelayResourceInputs,
    options: pulumi.CustomResourceOptions,
  ) {
    super("dockerRelay", name, inputs, ["containerId", "imageId", "ownNetworks"], options);
  }
}
