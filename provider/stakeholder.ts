import * as pulumi from "@pulumi/pulumi";

/** Each method is constant text: nothing is captured, so that state holds no code and no secret. */
const provider: pulumi.dynamic.ResourceProvider = {
  async check(olds, news) {
    return (await import("@integratedb/pulumi/runtime/v1")).stakeholder.check(olds, news);
  },
  async diff(id, olds, news) {
    return (await import("@integratedb/pulumi/runtime/v1")).stakeholder.diff(id, olds, news);
  },
  async create(inputs) {
    return (await import("@integratedb/pulumi/runtime/v1")).stakeholder.create(inputs);
  },
  async read(id, props) {
    return (await import("@integratedb/pulumi/runtime/v1")).stakeholder.read(id, props);
  },
  async update(id, olds, news) {
    return (await import("@integratedb/pulumi/runtime/v1")).stakeholder.update(id, olds, news);
  },
  async delete(id, props) {
    return (await import("@integratedb/pulumi/runtime/v1")).stakeholder.delete(id, props);
  },
};

export interface StakeholderResourceInputs {
  readonly connection: pulumi.Input<unknown>;
  readonly name: pulumi.Input<string>;
  readonly rotation?: pulumi.Input<string> | undefined;
  readonly role?: pulumi.Input<string> | undefined;
  readonly schema?: pulumi.Input<string> | undefined;
  readonly adopt?: pulumi.Input<boolean> | undefined;
  readonly deletion?: pulumi.Input<"restrict" | "cascade"> | undefined;
}

/** The roles, logins and schema of a stakeholder as a resource of its own. */
export class StakeholderResource extends pulumi.dynamic.Resource {
  declare readonly connection: pulumi.Output<unknown>;
  declare readonly name: pulumi.Output<string>;
  declare readonly username: pulumi.Output<string>;
  declare readonly password: pulumi.Output<string>;
  declare readonly host: pulumi.Output<string>;
  declare readonly port: pulumi.Output<number>;
  declare readonly database: pulumi.Output<string>;
  declare readonly uri: pulumi.Output<string>;

  constructor(
    name: string,
    inputs: StakeholderResourceInputs,
    options: pulumi.CustomResourceOptions,
  ) {
    const outputs = {
      username: undefined,
      password: undefined,
      host: undefined,
      port: undefined,
      database: undefined,
      uri: undefined,
    };
    super(
      provider,
      name,
      { ...inputs, ...outputs },
      { ...options, additionalSecretOutputs: ["password", "uri"] },
      "integratedb",
      "Stakeholder",
    );
  }
}
