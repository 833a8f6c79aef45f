import * as pulumi from "@pulumi/pulumi";

/** What stands behind a resource: the names that `runtime/v1` exports. */
type Kind =
  | "database"
  | "stakeholder"
  | "claim"
  | "notification"
  | "relay"
  | "dockerRelay"
  | "kubernetesPreflight"
  | "storeEntry"
  | "vaultDatabaseRole";

/**
 * The provider of a dynamic resource, as the text that Pulumi keeps in state and runs: each method
 * is a call of the same name in `runtime/v1`. It is what `pulumi.dynamic.Resource` would make of an
 * object with such methods, written down: it is the same wherever the package lies, captures
 * nothing, neither code nor a secret, and takes a tenth of the space.
 */
function providerText(kind: Kind): string {
  return `exports.handler = () => Object.fromEntries(
["check", "diff", "create", "read", "update", "delete"].map((method) => [method, async (...args) =>
(await import("@integratedb/pulumi/runtime/v1")).${kind}[method](...args)]));`;
}

/** A dynamic resource whose methods are those of `runtime/v1`. */
export abstract class DelegatedResource extends pulumi.CustomResource {
  /** @param outputs names of the properties that the provider adds to the inputs. */
  constructor(
    kind: Kind,
    name: string,
    inputs: object,
    outputs: readonly string[],
    options: pulumi.CustomResourceOptions,
  ) {
    const type = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    const computed = Object.fromEntries(outputs.map((output) => [output, undefined]));
    const properties = { ...inputs, ...computed, __provider: providerText(kind) };
    super(`pulumi-nodejs:dynamic/integratedb:${type}`, name, properties, options);
  }
}
