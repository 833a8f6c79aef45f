import { InvalidArgumentError, Option } from "commander";
import { stringify } from "yaml";
import { engineVersion } from "../../sql/index.ts";
import type { LocalCommand } from "../command.ts";
import { relayManifests as manifestsOf } from "../relay-manifests.ts";

export const relayManifests: LocalCommand = {
  name: "relay manifests",
  summary: "print what runs a relay in Kubernetes",
  description:
    "Prints YAML for kubectl, Kustomize, Argo CD and the like, the same that KubernetesRelay of the " +
    "package makes. The relay's settings are taken from the INTEGRATEDB_RELAY_ variables, each as " +
    "itself or, with _FILE at its end, as the name of a file: INTEGRATEDB_RELAY_DATABASE_URL and " +
    "INTEGRATEDB_RELAY_KEY are needed and end up in a Secret among what is printed; keep that out of " +
    "version control, or name with --existing-secret one that the cluster has already. Connects to " +
    "nothing.",
  jsonShape: '{"apiVersion": "v1", "kind": "List", "items": object[]}',
  options: [
    new Option("--name <name>", "of every object. Default: integratedb-relay"),
    new Option("--namespace <name>", "where they are. Default: where kubectl works"),
    new Option(
      "--image <reference>",
      `the relay's image. Default: ghcr.io/integratedb/relay:${engineVersion}`,
    ),
    new Option("--replicas <number>", "one reads, the others wait. Default: 2").argParser(number),
    new Option(
      "--existing-secret <name>",
      "a Secret of that namespace that has the keys INTEGRATEDB_RELAY_DATABASE_URL and " +
        "INTEGRATEDB_RELAY_KEY; none is printed then. Restart the Deployment when it changes",
    ),
    new Option("--pull-secret <name...>", "Secrets with which the image is pulled"),
    new Option("--service-monitor", "also a ServiceMonitor, for the Prometheus operator"),
  ],
  runsIn: "process",
  work(terminal, { json: _json, ...options }) {
    const items = manifestsOf(options, terminal.env);
    return {
      json: { apiVersion: "v1", kind: "List", items },
      text: items.map(yamlOf).join("---\n").trimEnd(),
      exit: "ok",
    };
  },
};

/** Kubernetes reads YAML 1.1, in which `on` without quotes is no text. */
function yamlOf(item: object): string {
  return stringify(item, { version: "1.1", aliasDuplicateObjects: false });
}

function number(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError("It is a number.");
  return Number(text);
}
