import type * as pulumi from "@pulumi/pulumi";
import { DelegatedResource } from "./delegated-resource.ts";

export interface NotificationResourceInputs {
  readonly connection: pulumi.Input<unknown>;
  readonly stakeholder: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
  readonly match: pulumi.Input<unknown>;
  readonly channels: pulumi.Input<unknown>;
  /** Columns of the claims of the program, by the name of the claim. */
  readonly claimed: pulumi.Input<unknown>;
  readonly adopt?: pulumi.Input<boolean> | undefined;
}

/** A notification as a resource of its own; its `columns` come from the preview. */
export class NotificationResource extends DelegatedResource {
  declare readonly columns: pulumi.Output<
    Record<string, { type?: string; nullable?: boolean; events: string }>
  >;

  constructor(
    name: string,
    inputs: NotificationResourceInputs,
    options: pulumi.CustomResourceOptions,
  ) {
    const secret = { additionalSecretOutputs: ["sealed"] };
    super("notification", name, inputs, ["columns", "sealed", "engine"], { ...options, ...secret });
  }
}
