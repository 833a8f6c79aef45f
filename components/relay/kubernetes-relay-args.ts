import type * as pulumi from "@pulumi/pulumi";
import type { RelayArgs } from "./relay.ts";

/** Amounts of what a container may use, as Kubernetes writes them. */
export interface KubernetesAmounts {
  /** @example "500m" */
  readonly cpu?: pulumi.Input<string>;
  /** @example "512Mi" */
  readonly memory?: pulumi.Input<string>;
}

/** For a cluster with the Prometheus operator. */
export interface ServiceMonitorArgs {
  /** Labels by which the Prometheus of the cluster finds it. */
  readonly labels?: Readonly<Record<string, pulumi.Input<string>>>;
  /** @default "30s" */
  readonly interval?: pulumi.Input<string>;
}

/** Pods by their labels, as Kubernetes writes it. */
export interface LabelSelector {
  readonly matchLabels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly matchExpressions?: pulumi.Input<
    pulumi.Input<{
      readonly key: pulumi.Input<string>;
      readonly operator: pulumi.Input<"In" | "NotIn" | "Exists" | "DoesNotExist">;
      readonly values?: pulumi.Input<pulumi.Input<string>[]>;
    }>[]
  >;
}

/** A peer of a NetworkPolicy. */
export interface NetworkPeer {
  readonly podSelector?: pulumi.Input<LabelSelector>;
  readonly namespaceSelector?: pulumi.Input<LabelSelector>;
  readonly ipBlock?: pulumi.Input<{
    readonly cidr: pulumi.Input<string>;
    readonly except?: pulumi.Input<pulumi.Input<string>[]>;
  }>;
}

/** Arguments of `KubernetesRelay`. */
export interface KubernetesRelayArgs extends RelayArgs {
  /**
   * Name of every object, in the form of a name of a Service.
   * @default the name of the resource
   */
  readonly name?: string;
  /** @default that of the provider of @pulumi/kubernetes, else "default" */
  readonly namespace?: pulumi.Input<string>;
  /**
   * How many pods. One of them reads, the others wait and take over within seconds.
   * @default 2
   */
  readonly replicas?: pulumi.Input<number>;
  /** @default requests of 100m and 256Mi, and a limit of 512Mi of memory */
  readonly resources?: pulumi.Input<{
    readonly requests?: pulumi.Input<KubernetesAmounts>;
    readonly limits?: pulumi.Input<KubernetesAmounts>;
  }>;
  /**
   * Room on the node's disk for transactions that have not committed yet.
   * @default "10Gi"
   */
  readonly spillSize?: pulumi.Input<string>;
  /** Names of Secrets with which the image is pulled. */
  readonly imagePullSecrets?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Annotations of the ServiceAccount, with which a cloud gives its pods an identity.
   * @example { "eks.amazonaws.com/role-arn": role.arn }
   */
  readonly serviceAccountAnnotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Who may connect to the relay: peers of a NetworkPolicy.
   * @default every pod of the cluster
   */
  readonly allowFrom?: pulumi.Input<pulumi.Input<NetworkPeer>[]>;
  /**
   * Address ranges that the relay may connect to; the database and every receiver must be in them.
   * @default everywhere but link-local addresses, where clouds hand out credentials
   */
  readonly allowTo?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Whether the Prometheus operator is told of the relay's metrics.
   * @default false
   */
  readonly serviceMonitor?: boolean | ServiceMonitorArgs;
  /**
   * Path of a kubeconfig. With it, or with `context`, the cluster is asked whether it takes every object
   * before login, slot and objects are made or changed. Needs the package `@kubernetes/client-node`.
   * @default the cluster is not asked; with `context` what kubectl takes
   */
  readonly kubeconfig?: pulumi.Input<string>;
  /**
   * The context of the kubeconfig that leads to the cluster of the provider.
   * @default the current one
   */
  readonly context?: pulumi.Input<string>;
}
