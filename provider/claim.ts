import * as pulumi from "@pulumi/pulumi";

/** Each method is constant text: nothing is captured, so that state holds no code and no secret. */
const provider: pulumi.dynamic.ResourceProvider = {
  async check(olds, news) {
    return (await import("@integratedb/pulumi/runtime/v1")).claim.check(olds, news);
  },
  async diff(id, olds, news) {
    return (await import("@integratedb/pulumi/runtime/v1")).claim.diff(id, olds, news);
  },
  async create(inputs) {
    return (await import("@integratedb/pulumi/runtime/v1")).claim.create(inputs);
  },
  async read(id, props) {
    return (await import("@integratedb/pulumi/runtime/v1")).claim.read(id, props);
  },
  async update(id, olds, news) {
    return (await import("@integratedb/pulumi/runtime/v1")).claim.update(id, olds, news);
  },
  async delete(id, props) {
    return (await import("@integratedb/pulumi/runtime/v1")).claim.delete(id, props);
  },
};

export interface ClaimResourceInputs {
  readonly connection: pulumi.Input<unknown>;
  readonly stakeholder: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
  readonly match: pulumi.Input<unknown>;
  readonly adopt?: pulumi.Input<boolean> | undefined;
}

/** A claim as a resource of its own; its `columns` come from the preview. */
export class ClaimResource extends pulumi.dynamic.Resource {
  declare readonly columns: pulumi.Output<Record<string, { type?: string; nullable?: boolean }>>;

  constructor(name: string, inputs: ClaimResourceInputs, options: pulumi.CustomResourceOptions) {
    super(provider, name, { ...inputs, columns: undefined }, options, "integratedb", "Claim");
  }
}
