import type * as pulumi from "@pulumi/pulumi";
import { DelegatedResource } from "./delegated-resource.ts";

export interface ClaimResourceInputs {
  readonly connection: pulumi.Input<unknown>;
  readonly stakeholder: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
  readonly match: pulumi.Input<unknown>;
  readonly adopt?: pulumi.Input<boolean> | undefined;
}

/** A claim as a resource of its own; its `columns` come from the preview. */
export class ClaimResource extends DelegatedResource {
  declare readonly columns: pulumi.Output<Record<string, { type?: string; nullable?: boolean }>>;

  constructor(name: string, inputs: ClaimResourceInputs, options: pulumi.CustomResourceOptions) {
    super("claim", name, inputs, ["columns", "engine"], options);
  }
}
