import type { dynamic } from "@pulumi/pulumi";
import { atBoundary } from "../boundary.ts";
import { failureOf } from "../check-failures.ts";
import { toIntegrateDbError } from "../connection.ts";
import { hasChanged } from "../input-change.ts";
import type { KubernetesAccess } from "../kubernetes-access.ts";
import { clusterOf, type Manifest, preflight } from "../kubernetes-preflight.ts";
import { hasUnknown } from "../unknown.ts";

interface Preflight extends KubernetesAccess {
  readonly manifests: readonly Manifest[];
}

/** Whether a cluster takes the objects of a relay: it is asked before they are made or changed. */
export const kubernetesPreflight = atBoundary({
  /** The cluster itself is not asked in a preview: the namespace may be made along with the relay. */
  async check(_olds: unknown, news: Preflight): Promise<dynamic.CheckResult> {
    if (hasUnknown(news.kubeconfig) || hasUnknown(news.context)) return { inputs: news };
    try {
      await clusterOf(news);
      return { inputs: news };
    } catch (error) {
      return { inputs: news, failures: [failureOf(toIntegrateDbError(error))] };
    }
  },

  async diff(_id: string, olds: Preflight, news: Preflight): Promise<dynamic.DiffResult> {
    return {
      changes: hasChanged({ ...olds }, { ...news }, ["kubeconfig", "context", "manifests"]),
    };
  },

  async create(inputs: Preflight): Promise<dynamic.CreateResult> {
    await preflight(inputs, inputs.manifests);
    return { id: "preflight", outs: { ...inputs } };
  },

  async update(_id: string, _olds: Preflight, news: Preflight): Promise<dynamic.UpdateResult> {
    await preflight(news, news.manifests);
    return { outs: { ...news } };
  },

  async read(id: string, props: Preflight): Promise<dynamic.ReadResult> {
    return { id, props: { ...props } };
  },

  async delete(): Promise<void> {},
});
