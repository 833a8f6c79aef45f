import type * as pulumi from "@pulumi/pulumi";
import { DelegatedResource } from "./delegated-resource.ts";

export interface StakeholderResourceInputs {
  readonly connection: pulumi.Input<unknown>;
  readonly name: pulumi.Input<string>;
  readonly rotation?: pulumi.Input<unknown> | undefined;
  readonly retire?: pulumi.Input<boolean> | undefined;
  readonly role?: pulumi.Input<string> | undefined;
  readonly schema?: pulumi.Input<string> | undefined;
  readonly adopt?: pulumi.Input<boolean> | undefined;
  readonly deletion?: pulumi.Input<"restrict" | "cascade"> | undefined;
}

/** The roles, logins and schema of a stakeholder as a resource of its own. */
export class StakeholderResource extends DelegatedResource {
  declare readonly connection: pulumi.Output<unknown>;
  declare readonly name: pulumi.Output<string>;
  declare readonly username: pulumi.Output<string>;
  declare readonly password: pulumi.Output<string>;
  declare readonly host: pulumi.Output<string>;
  declare readonly port: pulumi.Output<number>;
  declare readonly database: pulumi.Output<string>;
  declare readonly uri: pulumi.Output<string>;
  /** Number of the credentials, from 1. */
  declare readonly version: pulumi.Output<number>;

  constructor(
    name: string,
    inputs: StakeholderResourceInputs,
    options: pulumi.CustomResourceOptions,
  ) {
    const outputs = [
      "username",
      "password",
      "host",
      "port",
      "database",
      "uri",
      "version",
      "engine",
    ];
    const secret = { additionalSecretOutputs: ["password", "uri"] };
    super("stakeholder", name, inputs, outputs, { ...options, ...secret });
  }
}
