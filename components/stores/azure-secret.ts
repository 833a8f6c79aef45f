import type * as pulumi from "@pulumi/pulumi";
import { type TextLayout, textContent } from "./layout.ts";
import { StoredCredentials, type StoredCredentialsArgs } from "./stored-credentials.ts";

/** Arguments of `AzureSecret`. */
export interface AzureSecretArgs extends StoredCredentialsArgs {
  /** @example "https://shop-prod.vault.azure.net" */
  readonly vaultUrl: pulumi.Input<string>;
  /**
   * Whether the vault must be of the domain for which it asks a token. An emulator, or an address of
   * one's own before a vault, is not.
   * @default true
   */
  readonly verifyChallenge?: pulumi.Input<boolean>;
  /**
   * What the secret holds. App Service and Container Apps hand a secret over whole.
   * @default "uri"
   */
  readonly layout?: TextLayout;
  /** Tags that the secret has beside those that others give it. */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** What the content is, for people. */
  readonly contentType?: pulumi.Input<string>;
  /**
   * Whether a deleted secret can be recovered for as long as its vault says (`recoverable`), or is
   * purged (`permanent`), which needs the right to do so and a vault without purge protection.
   * @default "recoverable"
   */
  readonly deletion?: pulumi.Input<"recoverable" | "permanent">;
}

/**
 * The credentials of a stakeholder in Azure Key Vault. Needs the packages `@azure/keyvault-secrets`
 * and `@azure/identity`, and a login that its DefaultAzureCredential finds.
 *
 * @example
 * new integratedb.AzureSecret("reporter-database", {
 *   stakeholder: reporter,
 *   vaultUrl: "https://shop-prod.vault.azure.net",
 * });
 */
export class AzureSecret extends StoredCredentials {
  constructor(name: string, args: AzureSecretArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const { stakeholder, layout = "uri", vaultUrl, tags, contentType, deletion } = args;
    const { verifyChallenge } = args;
    const settings = { vaultUrl, verifyChallenge, tags, contentType, deletion };
    const content = textContent(stakeholder, layout);
    super(name, args, { store: "azureSecret", settings, content }, opts);
  }
}
