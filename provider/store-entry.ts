import type * as pulumi from "@pulumi/pulumi";
import { DelegatedResource } from "./delegated-resource.ts";

export interface StoreEntryResourceInputs {
  readonly store: string;
  readonly name: pulumi.Input<string>;
  readonly settings: pulumi.Input<object>;
  /** A secret that the provider keeps out of state: a digest takes its place. */
  readonly content: pulumi.Output<unknown>;
  /** Where it is recorded which credentials the entry holds, a secret: there is a password in it. */
  readonly delivery: pulumi.Output<object>;
  readonly adopt?: pulumi.Input<boolean> | undefined;
  readonly timeoutSeconds?: pulumi.Input<number> | undefined;
}

/** An entry of a secret store as a resource of its own. */
export class StoreEntryResource extends DelegatedResource {
  /** The store's own name of the entry. */
  declare readonly reference: pulumi.Output<string>;
  /** The store's own name of the content that is current. */
  declare readonly version: pulumi.Output<string>;

  constructor(
    name: string,
    inputs: StoreEntryResourceInputs,
    options: pulumi.CustomResourceOptions,
  ) {
    super("storeEntry", name, inputs, ["digest", "reference", "version"], options);
  }
}
