import type * as pulumi from "@pulumi/pulumi";
import { DelegatedResource } from "./delegated-resource.ts";

export interface DatabaseResourceInputs {
  readonly connection: pulumi.Input<unknown>;
  readonly enforce?: pulumi.Input<string> | undefined;
  readonly policy?: pulumi.Input<unknown> | undefined;
  readonly operators?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  readonly relayRoles?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  readonly deletion?: pulumi.Input<"restrict" | "cascade"> | undefined;
}

/** The engine in a database as a resource of its own. */
export class DatabaseResource extends DelegatedResource {
  declare readonly connection: pulumi.Output<unknown>;
  declare readonly engineVersion: pulumi.Output<string>;
  declare readonly relayKey: pulumi.Output<string | undefined>;
  declare readonly relayPublicKey: pulumi.Output<string>;

  constructor(name: string, inputs: DatabaseResourceInputs, options: pulumi.CustomResourceOptions) {
    const outputs = ["engineVersion", "installed", "engine", "relayKey", "relayPublicKey"];
    const secret = { additionalSecretOutputs: ["relayKey"] };
    super("database", name, inputs, outputs, { ...options, ...secret });
  }
}
