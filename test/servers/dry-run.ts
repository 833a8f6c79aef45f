import type { Kubernetes } from "./kubernetes.ts";

/** An object as it is sent to Kubernetes. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

interface Deployment extends KubernetesObject {
  readonly spec: { readonly template: { readonly metadata: object; readonly spec: object } };
}

/** Makes a namespace that admits only pods of the "restricted" standard. */
export function restrictedNamespace(kubernetes: Kubernetes, name: string): Promise<unknown> {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  const metadata = { name, labels };
  return kubernetes.api("POST", "/api/v1/namespaces", { metadata });
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

/**
 * Has the cluster judge an object as if it made it, with every field that it does not know; of a
 * Deployment also the pod that it stands for, which alone the standards of the namespace are for.
 *
 * @returns the object as the cluster would keep it
 * @throws with what the cluster has against it
 */
export async function dryRun<Made extends KubernetesObject>(
  kubernetes: Kubernetes,
  namespace: string,
  object: Made,
): Promise<Made> {
  const made = await kubernetes.api<Made>("POST", judged(collection(namespace, object)), object);
  if (object.kind === "Deployment") {
    const { template } = (object as unknown as Deployment).spec;
    const metadata = { ...template.metadata, name: object.metadata.name };
    await kubernetes.api("POST", judged(`/api/v1/namespaces/${namespace}/pods`), {
      metadata,
      spec: template.spec,
    });
  }
  return made;
}

function judged(path: string): string {
  return `${path}?dryRun=All&fieldValidation=Strict`;
}

function collection(namespace: string, { apiVersion, kind }: KubernetesObject): string {
  const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const plural = `${kind.toLowerCase()}s`.replace(/ys$/, "ies");
  return `${group}/namespaces/${namespace}/${plural}`;
}
