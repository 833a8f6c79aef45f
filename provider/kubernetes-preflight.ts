import type * as pulumi from "@pulumi/pulumi";
import { DelegatedResource } from "./delegated-resource.ts";

export interface KubernetesPreflightResourceInputs {
  readonly kubeconfig?: pulumi.Input<string> | undefined;
  readonly context?: pulumi.Input<string> | undefined;
  /** The objects that are to be made, without anything that is secret. */
  readonly manifests: pulumi.Input<object[]>;
}

/** The question to a cluster whether it takes objects, as a resource that others depend on. */
export class KubernetesPreflightResource extends DelegatedResource {
  constructor(
    name: string,
    inputs: KubernetesPreflightResourceInputs,
    options: pulumi.CustomResourceOptions,
  ) {
    super("kubernetesPreflight", name, inputs, [], options);
  }
}
