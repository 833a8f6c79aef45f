import { type ErrorDetails, IntegrateDbError } from "../../sql/errors.ts";
import {
  type KubernetesAccess,
  type KubernetesClient,
  kubernetesClient,
  statusMessage,
} from "./kubernetes-access.ts";
import { type Answer, askKubernetes } from "./kubernetes-request.ts";

/** An object of a namespace as it is sent to Kubernetes. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

interface Workload extends Manifest {
  readonly spec: { readonly template: { readonly metadata: object; readonly spec: object } };
}

/**
 * Asks a cluster whether it takes objects, which are not made by that.
 *
 * @param manifests all of one namespace, if they name any
 * @throws IntegrateDbError IDB1407 that names each object that is refused, and what the cluster says
 */
export async function preflight(
  access: KubernetesAccess,
  manifests: readonly Manifest[],
): Promise<void> {
  const cluster = await clusterOf(access);
  const refusals: Refusal[] = [];
  for (const manifest of manifests) {
    const refusal = (await refusalOf(cluster, manifest)) ?? (await refusalOfPod(cluster, manifest));
    if (refusal !== undefined) refusals.push(refusal);
  }
  const [first] = refusals;
  if (first === undefined) return;
  const told = refusals.map(({ text }) => text).join("; ");
  throw refused(`The cluster refuses objects of the relay: ${told}.`, { remedy: first.remedy });
}

/** @throws IntegrateDbError IDB1407 the package is missing, or the kubeconfig says nothing of a cluster */
export async function clusterOf(access: KubernetesAccess): Promise<KubernetesClient> {
  const client = await kubernetesClient(access).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ERR_MODULE_NOT_FOUND") {
      const found = error.message;
      throw refused("The kubeconfig cannot be read.", { found, remedy: remedies.access });
    }
    const remedy = "Run: npm install @kubernetes/client-node";
    throw refused("The package @kubernetes/client-node is not installed.", { remedy });
  });
  if (client.config.getCurrentCluster()) return client;
  const context = client.config.getCurrentContext() || "none";
  const problem = "The kubeconfig has no cluster for its context.";
  throw refused(problem, { found: `context ${context}`, remedy: remedies.access });
}

function refused(problem: string, details: ErrorDetails): IntegrateDbError {
  return new IntegrateDbError("IDB1407", problem, details);
}

const remedies = {
  access: "Correct `kubeconfig` or `context`.",
  server:
    "See that the API server runs and can be reached from here, and that the kubeconfig is its own.",
  rights: "Give the user of the kubeconfig that right, or choose another `context`.",
  kind: "Install what defines the kind in the cluster (the Prometheus operator for a ServiceMonitor), or leave it out of the program.",
  other: undefined,
};

interface Refusal {
  readonly text: string;
  readonly remedy: string | undefined;
}

/** As an apply on the server does it, which makes what is not there and changes what is. */
async function refusalOf(
  cluster: KubernetesClient,
  manifest: Manifest,
): Promise<Refusal | undefined> {
  const path = `${collectionOf(cluster, manifest)}/${manifest.metadata.name}`;
  const query = "dryRun=All&fieldValidation=Strict&fieldManager=integratedb&force=true";
  return refusalIn(manifest, await asked(cluster, "PATCH", `${path}?${query}`, manifest));
}

/**
 * What a workload says of its pods is judged only when the pods are made, by the standards and quotas of
 * the namespace: so one is asked for as the cluster itself would.
 */
async function refusalOfPod(
  cluster: KubernetesClient,
  manifest: Manifest,
): Promise<Refusal | undefined> {
  if (manifest.kind !== "Deployment") return undefined;
  const { metadata, spec } = (manifest as Workload).spec.template;
  // The account of its own is not there yet.
  const { serviceAccountName: _, ...podSpec } = spec as Record<string, unknown>;
  const { namespace, name } = manifest.metadata;
  const place = { ...metadata, name, ...(namespace === undefined ? {} : { namespace }) };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: place, spec: podSpec };
  const path = `${collectionOf(cluster, pod)}?dryRun=All&fieldValidation=Strict`;
  const answer = await asked(cluster, "POST", path, pod);
  return isOfNoConcern(answer) ? undefined : refusalIn(pod, answer);
}

/** Pods are made by the cluster itself, not by the user; and a new namespace has no account for a moment. */
function isOfNoConcern({ status, body }: Answer): boolean {
  const message = statusMessage(body) ?? "";
  return status === 409 || /cannot create resource|error looking up service account/.test(message);
}

function refusalIn({ apiVersion, kind, metadata }: Manifest, answer: Answer): Refusal | undefined {
  const { status, body } = answer;
  if (status < 400) return undefined;
  const said = statusMessage(body);
  if (status === 404 && said === undefined) {
    const text = `${kind} ${metadata.name}: the cluster knows no such kind of ${apiVersion}`;
    return { text, remedy: remedies.kind };
  }
  const isOfRights = status === 401 || /cannot (patch|create) resource/.test(said ?? "");
  const text = `${kind} ${metadata.name}: ${(said ?? `status ${status}`).replace(/\.$/, "")}`;
  return { text, remedy: isOfRights ? remedies.rights : remedies.other };
}

async function asked(
  { config }: KubernetesClient,
  method: string,
  path: string,
  body: object,
): Promise<Answer> {
  try {
    return await askKubernetes(config, method, path, body);
  } catch (error) {
    const found = error instanceof Error ? error.message || error.name : String(error);
    const server = config.getCurrentCluster()?.server;
    const problem = `The cluster's API server ${server} does not answer.`;
    throw refused(problem, { found, remedy: remedies.server });
  }
}

function collectionOf(
  { namespace }: KubernetesClient,
  { apiVersion, kind, metadata }: Manifest,
): string {
  const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const plural = `${kind.toLowerCase()}s`.replace(/ys$/, "ies");
  return `${group}/namespaces/${metadata.namespace ?? namespace}/${plural}`;
}
