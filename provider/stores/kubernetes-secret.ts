import type { CoreV1Api, V1Secret } from "@kubernetes/client-node";
import { z } from "zod";
import { kubernetesClient, statusMessage } from "../runtime/kubernetes-access.ts";
import type { Content, Explanation, OpenEntry, SecretStore } from "./secret-store.ts";
import { changedTags, tagDifferences } from "./tags.ts";

const label = z.record(z.string().min(1).max(317), z.string());

const settings = z.strictObject({
  namespace: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, { error: "must be a DNS label" })
    .optional(),
  kubeconfig: z.string().min(1).optional(),
  context: z.string().min(1).optional(),
  endpoint: z.url().optional(),
  type: z.string().min(1),
  labels: label.optional(),
  annotations: label.optional(),
});

type Settings = z.output<typeof settings>;

/** A Secret of Kubernetes. Its keys are those of the content; it knows no recovery. */
export const kubernetesSecret: SecretStore<Settings> = {
  title: "Kubernetes",
  packages: ["@kubernetes/client-node"],
  settings,
  place: ["namespace", "context"],
  lasting: ["type"],
  takes: "texts by key",
  maxBytes: () => 1_048_576,
  nameProblem: (name) =>
    name.length <= 253 &&
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name) &&
    !/\.\.|\.-|-\./.test(name)
      ? undefined
      : "must be a DNS subdomain: at most 253 of a-z 0-9 - . between two of a-z 0-9",
  async open(name, stated) {
    const { CoreV1Api } = await import("@kubernetes/client-node");
    const { config, namespace } = await kubernetesClient(stated, stated.namespace);
    return opened(config.makeApiClient(CoreV1Api), { name, namespace }, stated);
  },
  explain,
};

interface Place {
  readonly name: string;
  readonly namespace: string;
}

function opened(client: CoreV1Api, place: Place, stated: Settings): OpenEntry<Settings> {
  const { name, namespace } = place;
  const reference = `${namespace}/${name}`;
  const written = (secret: V1Secret) => ({
    reference,
    version: secret.metadata?.resourceVersion ?? "",
  });
  const current = async () => {
    try {
      return await client.readNamespacedSecret(place);
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  };
  const body = (data: Record<string, string>, metadata: V1Secret["metadata"]): V1Secret => ({
    apiVersion: "v1",
    kind: "Secret",
    type: stated.type,
    metadata: { ...metadata, name, namespace },
    data,
  });
  return {
    async read() {
      const secret = await current();
      if (secret === undefined) return undefined;
      const { labels = {}, annotations = {} } = secret.metadata ?? {};
      return {
        ...written(secret),
        content: secret.data && decoded(secret.data),
        differences: [
          ...tagDifferences("label", labels, stated.labels),
          ...tagDifferences("annotation", annotations, stated.annotations),
        ],
      };
    },
    async create(content) {
      const { labels = {}, annotations = {} } = stated;
      const secret = body(encoded(content), { labels, annotations });
      return written(await client.createNamespacedSecret({ namespace, body: secret }));
    },
    async update(_found, content, before) {
      const secret = await client.readNamespacedSecret(place);
      const { labels = {}, annotations = {}, ...metadata } = secret.metadata ?? {};
      const data = content === undefined ? (secret.data ?? {}) : encoded(content);
      // With the version that was read: what somebody writes meanwhile is not overwritten unseen.
      const replacement = body(data, {
        ...metadata,
        labels: changedTags(labels, stated.labels, before?.labels),
        annotations: changedTags(annotations, stated.annotations, before?.annotations),
      });
      return written(await client.replaceNamespacedSecret({ ...place, body: replacement }));
    },
    async delete() {
      try {
        await client.deleteNamespacedSecret(place);
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
      }
    },
  };
}

function encoded(content: Content): Record<string, string> {
  const entries = Object.entries(content).map(([key, value]) => [
    key,
    Buffer.from(value).toString("base64"),
  ]);
  return Object.fromEntries(entries);
}

function decoded(data: Record<string, string>): Record<string, string> {
  const entries = Object.entries(data).map(([key, value]) => [
    key,
    Buffer.from(value, "base64").toString(),
  ]);
  return Object.fromEntries(entries);
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "number" ? error.code : undefined;
}

/** The body of an answer is a Status object, as text. */
function explain(error: unknown): Explanation {
  const status = statusOf(error);
  if (status === undefined || !(error instanceof Error) || !("body" in error)) return {};
  const trouble =
    status === 401
      ? "credentials"
      : status === 403
        ? "rights"
        : status === 429 || status >= 500
          ? "unreachable"
          : "refused";
  return { trouble, says: statusMessage(error.body) ?? `status ${status}` };
}
