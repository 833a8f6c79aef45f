import type * as pulumi from "@pulumi/pulumi";
import { type KeyedLayout, keyedContent } from "./layout.ts";
import { StoredCredentials, type StoredCredentialsArgs } from "./stored-credentials.ts";

/** Arguments of `VaultSecret`. */
export interface VaultSecretArgs extends StoredCredentialsArgs {
  /**
   * The keys of the secret.
   * @default "json"
   */
  readonly layout?: KeyedLayout;
  /** @default the variable VAULT_ADDR */
  readonly address?: pulumi.Input<string>;
  /** @default the variable VAULT_NAMESPACE, else none */
  readonly namespace?: pulumi.Input<string>;
  /**
   * Where the engine KV, version 2, is mounted.
   * @default "secret"
   */
  readonly mount?: pulumi.Input<string>;
  /** Custom metadata that the secret has beside that which others give it. */
  readonly metadata?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * What a deletion leaves: older versions and the last one, which `vault kv undelete` brings back
   * (`recoverable`), or nothing (`permanent`).
   * @default "recoverable"
   */
  readonly deletion?: pulumi.Input<"recoverable" | "permanent">;
}

/**
 * The credentials of a stakeholder in the engine KV, version 2, of HashiCorp Vault or OpenBao. The
 * token is taken from the variable VAULT_TOKEN, or from what `vault login` has left.
 *
 * @example
 * new integratedb.VaultSecret("reporter-database", {
 *   stakeholder: reporter,
 *   name: "apps/reporter/database",
 * });
 */
export class VaultSecret extends StoredCredentials {
  constructor(name: string, args: VaultSecretArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const { stakeholder, layout = "json", address, namespace, metadata, deletion } = args;
    const settings = { address, namespace, mount: args.mount ?? "secret", metadata, deletion };
    const content = keyedContent(stakeholder, layout);
    super(name, args, { store: "vaultSecret", settings, content }, opts);
  }
}
