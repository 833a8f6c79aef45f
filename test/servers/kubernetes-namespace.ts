import type { Kubernetes } from "./kubernetes.ts";

/** Makes a namespace that admits only pods of the "restricted" standard. */
export async function restrictedNamespace(kubernetes: Kubernetes, name: string): Promise<void> {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await kubernetes.api("POST", "/api/v1/namespaces", { metadata: { name, labels } });
  // As a controller of a whole cluster does.
  const account = { metadata: { name: "default" } };
  await kubernetes.api("POST", `/api/v1/namespaces/${name}/serviceaccounts`, account);
}

/** Lets the cluster know ServiceMonitors, with the fields of the Prometheus operator that are used here. */
export async function knowServiceMonitors(kubernetes: Kubernetes): Promise<void> {
  const text = { type: "string" };
  const labels = { type: "object", additionalProperties: text };
  const object = (properties: object) => ({ type: "object", properties });
  const time = { ...text, pattern: "^([0-9]+ms|[0-9]+s|[0-9]+m)$" };
  const endpoint = object({ port: text, path: text, interval: time });
  const spec = object({
    selector: object({ matchLabels: labels }),
    endpoints: { type: "array", items: endpoint },
  });
  const names = {
    kind: "ServiceMonitor",
    plural: "servicemonitors",
    singular: "servicemonitor",
  };
  const openAPIV3Schema = { ...object({ spec }), required: ["spec"] };
  await kubernetes.api("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
    metadata: { name: "servicemonitors.monitoring.coreos.com" },
    spec: {
      group: "monitoring.coreos.com",
      scope: "Namespaced",
      names: { ...names, listKind: "ServiceMonitorList" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  });
  const isThere = () =>
    kubernetes.api("GET", "/apis/monitoring.coreos.com/v1/servicemonitors").then(
      () => true,
      () => false,
    );
  while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 50));
}
