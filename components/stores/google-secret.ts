import type * as pulumi from "@pulumi/pulumi";
import { type TextLayout, textContent } from "./layout.ts";
import { StoredCredentials, type StoredCredentialsArgs } from "./stored-credentials.ts";

/** Arguments of `GoogleSecret`. */
export interface GoogleSecretArgs extends StoredCredentialsArgs {
  /**
   * What the secret holds. Cloud Run and Cloud Functions hand a secret over whole.
   * @default "uri"
   */
  readonly layout?: TextLayout;
  /** @default the project of Application Default Credentials */
  readonly project?: pulumi.Input<string>;
  /**
   * Region of a regional secret.
   * @default none: the secret is global, and Google replicates it
   */
  readonly location?: pulumi.Input<string>;
  /** @default Google's own endpoint of the location */
  readonly endpoint?: pulumi.Input<string>;
  /** Labels that the secret has beside those that others give it. */
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Annotations that the secret has beside those that others give it. */
  readonly annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Resource name of the key of Cloud KMS that encrypts the content.
   * @default a key of Google
   */
  readonly kmsKeyName?: pulumi.Input<string>;
}

/**
 * The credentials of a stakeholder in Google Secret Manager. Needs the package
 * `@google-cloud/secret-manager`, and Application Default Credentials.
 *
 * @example
 * new integratedb.GoogleSecret("reporter-database", { stakeholder: reporter, project: "shop-prod" });
 */
export class GoogleSecret extends StoredCredentials {
  constructor(name: string, args: GoogleSecretArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const { stakeholder, layout = "uri", project, location, endpoint, labels, annotations } = args;
    const { kmsKeyName } = args;
    const settings = { project, location, endpoint, labels, annotations, kmsKeyName };
    const content = textContent(stakeholder, layout);
    super(name, args, { store: "googleSecret", settings, content }, opts);
  }
}
