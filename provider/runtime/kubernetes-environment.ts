import { createHash } from "node:crypto";
import { planDefaults } from "./kubernetes-plan.ts";
import { type RelayEnvironment, relayVariable, relayVariables } from "./relay-variables.ts";

/** Where the Secret is mounted. */
export const secretsFolder = "/secrets";
/** The one folder of the container that can be written to. */
export const spillFolder = "/spill";

/** One variable of a container. */
export interface ContainerVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

/**
 * The variables of the relay's container. Of settings that are secrets it gets only the name of a
 * file: a variable is shown by `kubectl exec … env` and inherited by every process.
 *
 * @param secretNames variables whose values the Secret has, each under its own name
 */
export function containerVariables(
  plain: RelayEnvironment["plain"],
  secretNames: readonly string[],
  secretName: string,
): ContainerVariable[] {
  const inClear = { ...plain, [relayVariable("SPILL_FOLDER")]: spillFolder };
  return [
    ...Object.entries(inClear).map(([name, value]) => ({ name, value })),
    ...secretNames.map((name) =>
      relayVariables.includes(name)
        ? { name: `${name}_FILE`, value: `${secretsFolder}/${name}` }
        : { name, valueFrom: { secretKeyRef: { name: secretName, key: name } } },
    ),
  ].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * Stands in the pod's annotations, so that pods are replaced when what the Secret holds changes. It
 * tells nothing of the secrets: the key among them is 32 random bytes.
 */
export function checksumOf(secret: RelayEnvironment["secret"]): string {
  const sorted = Object.entries(secret).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
}

/**
 * Seconds that Kubernetes waits between SIGTERM and SIGKILL: what the relay may take to drain, and
 * time to note where it is and to give up its slot.
 */
export function gracePeriod(plain: RelayEnvironment["plain"]): number {
  return Math.ceil(Number(plain[relayVariable("DRAIN_SECONDS")] ?? 10)) + 20;
}

/** The port that the relay listens on. */
export function portOf(plain: RelayEnvironment["plain"]): number {
  const listen = plain[relayVariable("LISTEN")];
  return Number(listen?.slice(listen.lastIndexOf(":") + 1) ?? planDefaults.port);
}
