import type * as pulumi from "@pulumi/pulumi";
import { engineVersion } from "../sql/version.ts";
import { DelegatedResource } from "./delegated-resource.ts";

/** The image of the relay that belongs to this version of the package. */
export const relayImage = `ghcr.io/integratedb/relay:${engineVersion}`;

export interface RelayResourceInputs {
  readonly connection: pulumi.Input<unknown>;
  /** The engine's version, if this program installs it. */
  readonly engineVersion?: pulumi.Input<string> | undefined;
  readonly slot: pulumi.Input<string>;
  readonly login?: pulumi.Input<string> | undefined;
  readonly key?: pulumi.Input<string | undefined> | undefined;
  readonly image: pulumi.Input<string>;
  readonly databaseHost?: pulumi.Input<string> | undefined;
  readonly databasePort?: pulumi.Input<number> | undefined;
  readonly adopt?: pulumi.Input<boolean> | undefined;
  readonly deletion?: pulumi.Input<"restrict" | "drop"> | undefined;
}

/** A relay's login, key and slot as a resource of its own. */
export class RelayResource extends DelegatedResource {
  declare readonly username: pulumi.Output<string>;
  declare readonly url: pulumi.Output<string>;
  declare readonly relayKey: pulumi.Output<string>;

  constructor(name: string, inputs: RelayResourceInputs, options: pulumi.CustomResourceOptions) {
    const outputs = ["username", "password", "url", "relayKey", "engine"];
    const secret = { additionalSecretOutputs: ["password", "url", "relayKey"] };
    super("relay", name, inputs, outputs, { ...options, ...secret });
  }
}
