import type * as pulumi from "@pulumi/pulumi";
import type { AwsEntryArgs } from "./aws-secret.ts";
import { type TextLayout, textContent } from "./layout.ts";
import { StoredCredentials, type StoredCredentialsArgs } from "./stored-credentials.ts";

/** Arguments of `AwsParameter`. */
export interface AwsParameterArgs extends StoredCredentialsArgs, AwsEntryArgs {
  /**
   * What the parameter holds. ECS hands a parameter over whole: `"uri"` is what it needs.
   * @default "json"
   */
  readonly layout?: TextLayout;
  /**
   * Up to 4096 bytes are free in `Standard`; `Advanced` and what becomes it hold 8192.
   * @default "Standard"
   */
  readonly tier?: pulumi.Input<"Standard" | "Advanced" | "Intelligent-Tiering">;
}

/**
 * The credentials of a stakeholder in a SecureString of AWS SSM Parameter Store. Needs the package
 * `@aws-sdk/client-ssm`, and AWS credentials where its SDK looks for them.
 *
 * @example
 * new integratedb.AwsParameter("reporter-database", {
 *   stakeholder: reporter,
 *   name: "/prod/reporter/database-url",
 *   layout: "uri",
 * });
 */
export class AwsParameter extends StoredCredentials {
  /** ARN of the parameter. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: AwsParameterArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const { stakeholder, layout = "json", region, endpoint, description, tags, kmsKeyId } = args;
    const settings = { region, endpoint, description, tags, kmsKeyId, tier: args.tier };
    const content = textContent(stakeholder, layout);
    super(name, args, { store: "awsParameter", settings, content }, opts);
    this.arn = this.reference;
  }
}
