import * as pulumi from "@pulumi/pulumi";
import { VaultDatabaseRoleResource } from "../provider/vault-database-role.ts";
import { childOptions } from "./child-options.ts";
import type { Stakeholder } from "./stakeholder.ts";

/** Arguments of `VaultDatabaseRole`. */
export interface VaultDatabaseRoleArgs {
  /** The stakeholder whose rights the leases have. */
  readonly stakeholder: Stakeholder;
  /**
   * Name of the connection (`<mount>/config/<connection>`) with which Vault reaches the
   * stakeholder's database, which is there already. Its login needs CREATEROLE and the stakeholder's role.
   */
  readonly connection: pulumi.Input<string>;
  /**
   * Where the database engine is mounted.
   * @default "database"
   */
  readonly mount?: pulumi.Input<string>;
  /**
   * Name of the role in Vault.
   * @default the name of the resource
   */
  readonly name?: pulumi.Input<string>;
  /**
   * How long a lease lasts that nobody renews: a number of s, m, h or d.
   * @default "1h"
   */
  readonly defaultTtl?: pulumi.Input<string>;
  /**
   * How long a lease can be renewed.
   * @default "24h"
   */
  readonly maxTtl?: pulumi.Input<string>;
  /** @default the variable VAULT_ADDR */
  readonly address?: pulumi.Input<string>;
  /** @default the variable VAULT_NAMESPACE, else none */
  readonly namespace?: pulumi.Input<string>;
  /**
   * Whether a role of this name that is there already is taken over.
   * @default false
   */
  readonly adopt?: pulumi.Input<boolean>;
  /**
   * Seconds that Vault may take for one operation.
   * @default 30
   */
  readonly timeoutSeconds?: pulumi.Input<number>;
}

/**
 * Temporary credentials: a role of Vault's database engine, each lease of which is a login that can
 * read what the stakeholder claims, and that is gone when the lease ends. The token is taken from
 * the variable VAULT_TOKEN, or from what `vault login` has left.
 *
 * @example
 * const role = new integratedb.VaultDatabaseRole("reporter", {
 *   stakeholder: reporter,
 *   connection: "shop",
 * });
 * export const credentialsPath = role.credentialsPath; // vault read database/creds/reporter
 */
export class VaultDatabaseRole extends pulumi.ComponentResource {
  /** Where applications read credentials: `<mount>/creds/<name>`. */
  readonly credentialsPath: pulumi.Output<string>;

  constructor(
    name: string,
    args: VaultDatabaseRoleArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super("integratedb:index:VaultDatabaseRole", name, {}, opts);
    const { stakeholder, connection, address, namespace, adopt, timeoutSeconds } = args;
    const role = new VaultDatabaseRoleResource(
      `${name}-role`,
      {
        connection: stakeholder.connection,
        stakeholder: stakeholder.name,
        name: args.name ?? name,
        mount: args.mount ?? "database",
        vaultConnection: connection,
        address,
        namespace,
        defaultTtl: args.defaultTtl ?? "1h",
        maxTtl: args.maxTtl ?? "24h",
        adopt,
        timeoutSeconds,
      },
      childOptions(this, opts),
    );
    this.credentialsPath = pulumi.interpolate`${role.mount}/creds/${role.name}`;
    this.registerOutputs({ credentialsPath: this.credentialsPath });
  }
}
