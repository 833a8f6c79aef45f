import * as pulumi from "@pulumi/pulumi";
import type { KubernetesRelayArgs } from "../../components/index.ts";
import type { Manifest } from "../../provider/runtime/kubernetes-preflight.ts";
import { connection, integratedb, type Registered, registeredBy } from "./mocks.ts";

export type RelayArgs = Omit<KubernetesRelayArgs, "database">;

/** What a program registers that has a relay in Kubernetes, and its database. */
export async function registeredWith(args: RelayArgs): Promise<Registered[]> {
  return registeredBy(() => {
    const database = new integratedb.Database("shop", { connection });
    new integratedb.KubernetesRelay("relay", { database, ...args });
  });
}

/** What Kubernetes would be sent, in the order of its names. */
export async function objectsWith(args: RelayArgs): Promise<Manifest[]> {
  const registered = await registeredWith(args);
  return registered
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs }) => inputs as unknown as Manifest)
    .sort((one, other) => one.kind.localeCompare(other.kind));
}

/** Every argument that describes objects. */
export const everything = {
  name: "shop-relay",
  namespace: pulumi.output("shop"),
  replicas: 3,
  resources: { requests: { cpu: "250m" }, limits: { memory: pulumi.output("1Gi") } },
  spillSize: "20Gi",
  imagePullSecrets: ["registry"],
  serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/r" },
  allowFrom: [{ podSelector: { matchLabels: { app: "reporter" } } }],
  allowTo: ["10.0.0.0/8", "2001:db8::/32"],
  serviceMonitor: { labels: { release: "prometheus" }, interval: "15s" },
  settings: { port: 9090, drainSeconds: 60 },
  environment: { OTEL_EXPORTER_OTLP_HEADERS: pulumi.secret("authorization=token") },
} satisfies RelayArgs;
