import { z } from "zod";
import { formProblems, propertyPath } from "../provider/runtime/check-failures.ts";
import {
  checksumOf,
  containerVariables,
  gracePeriod,
  portOf,
} from "../provider/runtime/kubernetes-environment.ts";
import { kubernetesForm } from "../provider/runtime/kubernetes-form.ts";
import {
  egressPeers,
  ingressPeers,
  relayObjects,
  secretOf,
  serviceMonitorOf,
} from "../provider/runtime/kubernetes-objects.ts";
import { planDefaults } from "../provider/runtime/kubernetes-plan.ts";
import { requiredSecrets } from "../provider/runtime/relay-variables.ts";
import { engineVersion, IntegrateDbError } from "../sql/index.ts";
import { relaySettings, requireSecrets } from "./relay-settings.ts";

const description = z.object({
  name: kubernetesForm.name.default(planDefaults.name),
  namespace: kubernetesForm.namespace.optional(),
  image: kubernetesForm.image.default(`ghcr.io/integratedb/relay:${engineVersion}`),
  replicas: kubernetesForm.replicas.default(planDefaults.replicas),
  pullSecret: kubernetesForm.imagePullSecrets.optional(),
  existingSecret: kubernetesForm.existingSecret.optional(),
  serviceMonitor: z.boolean().default(false),
});

/**
 * The objects of a relay in Kubernetes, in an order in which they can be made.
 *
 * @param asked options of the command line; what is not stated has a default
 * @param environment where the settings and secrets of the relay are
 * @throws IntegrateDbError IDB1301 that names the option that is wrong, or IDB1314
 */
export function relayManifests(
  asked: z.input<typeof description>,
  environment: NodeJS.ProcessEnv,
): readonly object[] {
  const { namespace, existingSecret, pullSecret, serviceMonitor, ...wanted } = parsed(asked);
  const { plain, secret } = relaySettings(environment);
  const isOurs = existingSecret === undefined;
  if (isOurs) requireSecrets(secret);
  const secretName = existingSecret ?? wanted.name;
  const plan = {
    ...wanted,
    namespace,
    resources: planDefaults.resources,
    spillSize: planDefaults.spillSize,
    imagePullSecrets: pullSecret?.map((name) => ({ name })),
    port: portOf(plain),
    gracePeriod: gracePeriod(plain),
    variables: containerVariables(plain, requiredSecrets, secretName),
    secretName,
    checksum: isOurs ? checksumOf(secret) : undefined,
    allowFrom: ingressPeers(undefined),
    allowTo: egressPeers(undefined),
  };
  const objects = relayObjects(plan);
  return [
    objects.serviceAccount,
    ...(isOurs ? [secretOf(plan, secret)] : []),
    objects.networkPolicy,
    objects.service,
    objects.disruptionBudget,
    objects.deployment,
    ...(serviceMonitor
      ? [serviceMonitorOf(plan, { labels: {}, interval: planDefaults.interval })]
      : []),
  ];
}

function parsed(asked: z.input<typeof description>): z.output<typeof description> {
  const result = description.safeParse(asked);
  if (result.success) return result.data;
  const problems = formProblems(result.error).map(({ path, problem }) => {
    const [option = "", ...inside] = path;
    const flag = String(option).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return `--${flag}${inside.length > 0 ? ` ${propertyPath(inside)}` : ""}: ${problem}`;
  });
  throw new IntegrateDbError("IDB1301", problems.join("; "));
}
