import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { sealedSecret } from "../provider/runtime/channel-form.ts";

const form = {
  error: (issue: { readonly code?: string | undefined }) =>
    issue.code === "invalid_type"
      ? "expected { env: NAME }, { config: key } or { sealed: … }: a secret itself is not put in a file"
      : undefined,
};

/** Where the value of a secret is, for files, which must not hold it themselves. */
export const secretReference = z.union([
  z.strictObject(
    { env: z.string().min(1).describe("Name of the variable of the environment that holds it.") },
    form,
  ),
  z.strictObject(
    {
      config: z
        .string()
        .min(1)
        .describe("Key of the stack's configuration that holds it, as `hookSecret` or `app:hook`."),
    },
    form,
  ),
  z.strictObject(sealedSecret.shape, form),
]);

export type SecretReference = z.output<typeof secretReference>;

/** What is wrong with a reference where the program runs; undefined if there is a value. */
export function problemOf(reference: SecretReference): string | undefined {
  if ("env" in reference && !process.env[reference.env]) {
    return `the environment has no variable ${reference.env}`;
  }
  if ("config" in reference && configured(reference.config) === undefined) {
    return (
      `the stack's configuration has no ${reference.config}; ` +
      `run: pulumi config set --secret ${reference.config}`
    );
  }
  return undefined;
}

/** The secret that a reference leads to, or what was sealed already. */
export function secretOf(
  reference: SecretReference,
): pulumi.Output<string> | { readonly sealed: string } {
  if ("sealed" in reference) return reference;
  if ("env" in reference) return pulumi.secret(process.env[reference.env] ?? "");
  return configured(reference.config) ?? pulumi.secret("");
}

function configured(key: string): pulumi.Output<string> | undefined {
  const [name = "", namespace] = key.split(":", 2).toReversed();
  return new pulumi.Config(namespace).getSecret(name);
}
