import * as pulumi from "@pulumi/pulumi";

/** What stands behind a resource: the names that `runtime/v1` exports. */
type Kind = "database" | "stakeholder" | "claim";

/**
 * The provider of a dynamic resource, as the text that Pulumi keeps in state and runs. It is what
 * `pulumi.dynamic.Resource` would make of an object with these methods, written down: so it is
 * the same wherever the package lies, captures nothing, neither code nor a secret, and takes a
 * third of the space. State of every release holds it and calls `runtime/v1`.
 */
function providerText(kind: Kind): string {
  const runtime = `(await import("@integratedb/pulumi/runtime/v1")).${kind}`;
  return `exports.handler = () => ({
check: async (olds, news) => ${runtime}.check(olds, news),
diff: async (id, olds, news) => ${runtime}.diff(id, olds, news),
create: async (inputs) => ${runtime}.create(inputs),
read: async (id, props) => ${runtime}.read(id, props),
update: async (id, olds, news) => ${runtime}.update(id, olds, news),
delete: async (id, props) => ${runtime}.delete(id, props),
});`;
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
