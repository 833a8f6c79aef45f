import * as integratedb from "@integratedb/pulumi";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const shop = new integratedb.Database("shop", { connection: config.requireSecret("databaseUrl") });
const reporter = new integratedb.Stakeholder("reporter", { database: shop });
const match = [{ path: "public.orders", fields: ["id", "status"] }];
new integratedb.Claim("reporter-orders", { stakeholder: reporter, match });
new integratedb.Notification("reporter-orders", {
  stakeholder: reporter,
  match,
  channels: { hook: { type: "webhook", url: "https://reporter.internal/events" } },
});

const namespace = new kubernetes.core.v1.Namespace("shop", {
  metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
});
const relay = new integratedb.KubernetesRelay("relay", {
  database: shop,
  namespace: namespace.metadata.name,
  resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "512Mi" } },
  serviceMonitor: { labels: { release: "prometheus" } },
});

export const relayUrl = relay.url;
