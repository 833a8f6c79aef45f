import type * as pulumi from "@pulumi/pulumi";
import { DelegatedResource } from "./delegated-resource.ts";

export interface VaultDatabaseRoleResourceInputs {
  readonly connection: pulumi.Input<unknown>;
  readonly stakeholder: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
  readonly mount: pulumi.Input<string>;
  readonly vaultConnection: pulumi.Input<string>;
  readonly address?: pulumi.Input<string> | undefined;
  readonly namespace?: pulumi.Input<string> | undefined;
  readonly defaultTtl: pulumi.Input<string>;
  readonly maxTtl: pulumi.Input<string>;
  readonly adopt?: pulumi.Input<boolean> | undefined;
  readonly timeoutSeconds?: pulumi.Input<number> | undefined;
}

/** A role of Vault's database engine as a resource of its own. */
export class VaultDatabaseRoleResource extends DelegatedResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly mount: pulumi.Output<string>;

  constructor(
    name: string,
    inputs: VaultDatabaseRoleResourceInputs,
    options: pulumi.CustomResourceOptions,
  ) {
    super("vaultDatabaseRole", name, inputs, [], options);
  }
}
