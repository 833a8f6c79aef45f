import { deploymentOf } from "./kubernetes-deployment.ts";
import type { Peer } from "./kubernetes-form.ts";
import { labelsOf, metadataOf, type Plan } from "./kubernetes-plan.ts";

/** Everywhere but where machines of a cloud answer with their credentials. */
const everywhere: Peer[] = [
  { namespaceSelector: {} },
  { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } },
  { ipBlock: { cidr: "::/0", except: ["fe80::/10", "fd00:ec2::254/128"] } },
];

/** Whom a relay connects to, by address ranges; without any, all but link-local addresses. */
export function egressPeers(ranges: readonly string[] | undefined): Peer[] {
  return ranges === undefined ? everywhere : ranges.map((cidr) => ({ ipBlock: { cidr } }));
}

/** Who connects to a relay; unless stated, every pod. */
export function ingressPeers(peers: Peer[] | undefined): Peer[] {
  return peers ?? [{ namespaceSelector: {} }];
}

/**
 * The objects of a relay, but for its secrets and its ServiceMonitor. Two replicas are no more work
 * than one: one has the slot and reads, the other waits for it.
 */
export function relayObjects<const P extends Plan>(plan: P) {
  const { name } = plan;
  const metadata = metadataOf(plan);
  const selector = { matchLabels: labelsOf(name) };
  return {
    serviceAccount: {
      apiVersion: "v1" as const,
      kind: "ServiceAccount" as const,
      metadata,
      automountServiceAccountToken: false,
    },
    deployment: deploymentOf(plan),
    service: {
      apiVersion: "v1" as const,
      kind: "Service" as const,
      metadata,
      spec: {
        selector: labelsOf(name),
        ports: [{ name: "http", port: 8080, targetPort: "http" }],
      },
    },
    // For any number of replicas: a node can be emptied, and one relay of two stays.
    disruptionBudget: {
      apiVersion: "policy/v1" as const,
      kind: "PodDisruptionBudget" as const,
      metadata,
      spec: { maxUnavailable: 1, selector, unhealthyPodEvictionPolicy: "AlwaysAllow" },
    },
    networkPolicy: {
      apiVersion: "networking.k8s.io/v1" as const,
      kind: "NetworkPolicy" as const,
      metadata,
      spec: {
        podSelector: selector,
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          { from: plan.allowFrom as P["allowFrom"], ports: [{ port: "http", protocol: "TCP" }] },
        ],
        egress: [
          // Names, wherever they are looked up.
          {
            ports: [
              { port: 53, protocol: "UDP" },
              { port: 53, protocol: "TCP" },
            ],
          },
          { to: plan.allowTo as P["allowTo"] },
        ],
      },
    },
  };
}

/** The Secret of a relay: its values under the names of their variables. */
export function secretOf<const P extends Pick<Plan, "name" | "namespace">, const S>(
  plan: P,
  stringData: S,
) {
  const metadata = metadataOf(plan);
  return {
    apiVersion: "v1" as const,
    kind: "Secret" as const,
    metadata,
    type: "Opaque",
    stringData,
  };
}

/**
 * For the Prometheus operator: reads `/metrics` of every replica.
 *
 * @param labels by which a Prometheus finds it
 */
export function serviceMonitorOf<const P extends Pick<Plan, "name" | "namespace">>(
  plan: P,
  { labels, interval }: { readonly labels: object; readonly interval: unknown },
) {
  const metadata = metadataOf(plan);
  return {
    apiVersion: "monitoring.coreos.com/v1" as const,
    kind: "ServiceMonitor" as const,
    metadata: { ...metadata, labels: { ...metadata.labels, ...labels } },
    spec: {
      selector: { matchLabels: labelsOf(plan.name) },
      endpoints: [{ port: "http", path: "/metrics", interval }],
    },
  };
}
