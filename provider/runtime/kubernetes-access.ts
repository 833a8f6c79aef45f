import type { KubeConfig } from "@kubernetes/client-node";

/** Which cluster is meant, and as whom. */
export interface KubernetesAccess {
  /** Path of a kubeconfig; by default what kubectl takes. */
  readonly kubeconfig?: string | undefined;
  /** By default the current one. */
  readonly context?: string | undefined;
  /** URL of the API server; by default that of the context. */
  readonly endpoint?: string | undefined;
}

/** The configuration of a client, with which the namespace is that of the context unless one is stated. */
export interface KubernetesClient {
  readonly config: KubeConfig;
  readonly namespace: string;
}

/** Reads the kubeconfig; needs the package @kubernetes/client-node. */
export async function kubernetesClient(
  { kubeconfig, context, endpoint }: KubernetesAccess,
  namespace?: string,
): Promise<KubernetesClient> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (endpoint !== undefined && cluster) config.clusters = [{ ...cluster, server: endpoint }];
  const current = config.getContextObject(config.getCurrentContext());
  return { config, namespace: namespace ?? current?.namespace ?? "default" };
}

/** What the API server says in an answer, whose body is a Status object, as text or read. */
export function statusMessage(body: unknown): string | undefined {
  try {
    const status: unknown = typeof body === "string" ? JSON.parse(body) : body;
    if (typeof status !== "object" || status === null || !("message" in status)) return undefined;
    return String(status.message);
  } catch {
    return undefined;
  }
}
