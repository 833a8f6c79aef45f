/**
 * What a relay's objects in Kubernetes are made of. In a Pulumi program most of it may be known only
 * later: the objects hold these values as they are, whatever they are.
 */
export interface Plan {
  /** Of every object, and their label. */
  readonly name: string;
  /** That of the client, if undefined. */
  readonly namespace: unknown;
  readonly image: unknown;
  readonly replicas: unknown;
  readonly resources: unknown;
  readonly spillSize: unknown;
  /** As `[{ name }]`; undefined if there are none. */
  readonly imagePullSecrets: unknown;
  /** Port of the container. */
  readonly port: unknown;
  readonly gracePeriod: unknown;
  /** Of the container. */
  readonly variables: unknown;
  /** Name of the Secret with the secrets among the variables. */
  readonly secretName: string;
  /** Of what that Secret holds; undefined if somebody else keeps it. */
  readonly checksum: unknown;
  /** Peers of a NetworkPolicy from which the relay is reached. */
  readonly allowFrom: unknown;
  /** Peers of a NetworkPolicy that the relay reaches. */
  readonly allowTo: unknown;
}

/** What a description that leaves it out means. */
export const planDefaults = {
  name: "integratedb-relay",
  replicas: 2,
  resources: {
    requests: { cpu: "100m", memory: "256Mi" },
    limits: { memory: "512Mi" },
  },
  spillSize: "10Gi",
  port: 8080,
  interval: "30s",
} as const;

/** By which a relay's pods are found. */
export function labelsOf(name: string) {
  return { "app.kubernetes.io/name": "integratedb-relay", "app.kubernetes.io/instance": name };
}

export function metadataOf<const P extends Pick<Plan, "name" | "namespace">>(plan: P) {
  const { name } = plan;
  const namespace = plan.namespace as NonNullable<P["namespace"]> | undefined;
  return { name, labels: labelsOf(name), ...(namespace === undefined ? {} : { namespace }) };
}
