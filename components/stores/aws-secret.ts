import type * as pulumi from "@pulumi/pulumi";
import { type TextLayout, textContent } from "./layout.ts";
import { StoredCredentials, type StoredCredentialsArgs } from "./stored-credentials.ts";

/** Where in AWS an entry is, and what is said about it. */
export interface AwsEntryArgs {
  /** @default the region that the AWS SDK finds, as in the variable AWS_REGION */
  readonly region?: pulumi.Input<string>;
  /** @default AWS's own endpoint of the region */
  readonly endpoint?: pulumi.Input<string>;
  readonly description?: pulumi.Input<string>;
  /** Tags that the entry has beside those that others give it. */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Id, alias or ARN of the KMS key that encrypts the content.
   * @default AWS's own key of the account
   */
  readonly kmsKeyId?: pulumi.Input<string>;
}

/** Arguments of `AwsSecret`. */
export interface AwsSecretArgs extends StoredCredentialsArgs, AwsEntryArgs {
  /** @default "json" */
  readonly layout?: TextLayout;
  /**
   * Days for which a deleted secret can be recovered: 7 to 30, or 0 to delete it at once.
   * @default 30
   */
  readonly recoveryWindowInDays?: pulumi.Input<number>;
}

/**
 * The credentials of a stakeholder in AWS Secrets Manager. Needs the package
 * `@aws-sdk/client-secrets-manager`, and AWS credentials where its SDK looks for them.
 *
 * @example
 * new integratedb.AwsSecret("reporter-database", {
 *   stakeholder: reporter,
 *   name: "prod/reporter/database",
 * });
 */
export class AwsSecret extends StoredCredentials {
  /** ARN of the secret. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: AwsSecretArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const { stakeholder, layout = "json", region, endpoint, description, tags, kmsKeyId } = args;
    const { recoveryWindowInDays } = args;
    const settings = { region, endpoint, description, tags, kmsKeyId, recoveryWindowInDays };
    const content = textContent(stakeholder, layout);
    super(name, args, { store: "awsSecret", settings, content }, opts);
    this.arn = this.reference;
  }
}
