import type * as pulumi from "@pulumi/pulumi";
import { type KeyedLayout, keyedContent } from "./layout.ts";
import { StoredCredentials, type StoredCredentialsArgs } from "./stored-credentials.ts";

/** Arguments of `KubernetesSecret`. */
export interface KubernetesSecretArgs extends StoredCredentialsArgs {
  /**
   * The keys of the Secret.
   * @default "servicebinding"
   */
  readonly layout?: KeyedLayout;
  /** @default the namespace of the context, else "default" */
  readonly namespace?: pulumi.Input<string>;
  /**
   * Path of a kubeconfig file.
   * @default what kubectl takes: KUBECONFIG, ~/.kube/config, or the service account of a pod
   */
  readonly kubeconfig?: pulumi.Input<string>;
  /** @default the current context of the kubeconfig */
  readonly context?: pulumi.Input<string>;
  /**
   * URL of the API server.
   * @default the one of the context
   */
  readonly endpoint?: pulumi.Input<string>;
  /**
   * Type of the Secret. Kubernetes cannot change it: another one makes the Secret anew.
   * @default "servicebinding.io/postgresql" with the layout of that name, else "Opaque"
   */
  readonly type?: pulumi.Input<string>;
  /** Labels that the Secret has beside those that others give it. */
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Annotations that the Secret has beside those that others give it. */
  readonly annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The credentials of a stakeholder in a Secret of Kubernetes. Needs the package
 * `@kubernetes/client-node`, and a kubeconfig where kubectl looks for it.
 *
 * @example
 * new integratedb.KubernetesSecret("reporter-database", {
 *   stakeholder: reporter,
 *   namespace: "reporting",
 * });
 */
export class KubernetesSecret extends StoredCredentials {
  constructor(
    name: string,
    args: KubernetesSecretArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    const { stakeholder, layout = "servicebinding", namespace, kubeconfig, context } = args;
    const { endpoint, labels, annotations } = args;
    const usual = layout === "servicebinding" ? "servicebinding.io/postgresql" : "Opaque";
    const type = args.type ?? usual;
    const settings = { namespace, kubeconfig, context, endpoint, type, labels, annotations };
    const content = keyedContent(stakeholder, layout);
    super(name, args, { store: "kubernetesSecret", settings, content }, opts);
  }
}
