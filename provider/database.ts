import * as pulumi from "@pulumi/pulumi";

/** Each method is constant text: nothing is captured, so that state holds no code and no secret. */
const provider: pulumi.dynamic.ResourceProvider = {
  async check(olds, news) {
    return (await import("@integratedb/pulumi/runtime/v1")).database.check(olds, news);
  },
  async diff(id, olds, news) {
    return (await import("@integratedb/pulumi/runtime/v1")).database.diff(id, olds, news);
  },
  async create(inputs) {
    return (await import("@integratedb/pulumi/runtime/v1")).database.create(inputs);
  },
  async read(id, props) {
    return (await import("@integratedb/pulumi/runtime/v1")).database.read(id, props);
  },
  async update(id, olds, news) {
    return (await import("@integratedb/pulumi/runtime/v1")).database.update(id, olds, news);
  },
  async delete(id, props) {
    return (await import("@integratedb/pulumi/runtime/v1")).database.delete(id, props);
  },
};

export interface DatabaseResourceInputs {
  readonly connection: pulumi.Input<unknown>;
  readonly enforce?: pulumi.Input<string> | undefined;
  readonly policy?: pulumi.Input<unknown> | undefined;
  readonly operators?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  readonly deletion?: pulumi.Input<"restrict" | "cascade"> | undefined;
}

/** The engine in a database as a resource of its own. */
export class DatabaseResource extends pulumi.dynamic.Resource {
  declare readonly connection: pulumi.Output<unknown>;
  declare readonly engineVersion: pulumi.Output<string>;

  constructor(name: string, inputs: DatabaseResourceInputs, options: pulumi.CustomResourceOptions) {
    const outputs = { engineVersion: undefined, installed: undefined };
    super(provider, name, { ...inputs, ...outputs }, options, "integratedb", "Database");
  }
}
