import { secretsFolder, spillFolder } from "./kubernetes-environment.ts";
import { labelsOf, metadataOf, type Plan } from "./kubernetes-plan.ts";

/** Of the image. Nobody in particular, and no user of any machine. */
const user = 65_532;

/** The Deployment of a relay; see `relayObjects`. */
export function deploymentOf<const P extends Plan>(plan: P) {
  const { name } = plan;
  const labels = labelsOf(name);
  const metadata =
    plan.checksum === undefined ? { labels } : { labels, annotations: checksum(plan) };
  return {
    apiVersion: "apps/v1" as const,
    kind: "Deployment" as const,
    metadata: metadataOf(plan),
    spec: {
      replicas: plan.replicas as P["replicas"],
      selector: { matchLabels: labels },
      // The new one is ready as soon as it waits for the slot; only then an old one is told to end.
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { metadata, spec: podOf(plan) },
    },
  };
}

function podOf<const P extends Plan>(plan: P) {
  const { name, secretName } = plan;
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    // Else every Service of the namespace adds variables, some of them with the relay's prefix.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: plan.gracePeriod as P["gracePeriod"],
    ...pullSecretsOf(plan),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      seccompProfile: { type: "RuntimeDefault" },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: labelsOf(name) },
        matchLabelKeys: ["pod-template-hash"],
      },
    ],
    containers: [containerOf(plan)],
    volumes: [
      { name: "spill", emptyDir: { sizeLimit: plan.spillSize as P["spillSize"] } },
      { name: "secrets", secret: { secretName, defaultMode: 0o440 } },
    ],
  };
}

function checksum<const P extends Plan>(plan: P) {
  return { "checksum/secret": plan.checksum as NonNullable<P["checksum"]> };
}

function pullSecretsOf<const P extends Plan>({ imagePullSecrets: names }: P) {
  return names === undefined
    ? {}
    : { imagePullSecrets: names as NonNullable<P["imagePullSecrets"]> };
}

function containerOf<const P extends Plan>(plan: P) {
  const probe = (path: string) => ({ httpGet: { path, port: "http" }, timeoutSeconds: 5 });
  return {
    name: "relay",
    image: plan.image as P["image"],
    env: plan.variables as P["variables"],
    ports: [{ name: "http", containerPort: plan.port as P["port"] }],
    startupProbe: { ...probe("/healthz"), periodSeconds: 1, failureThreshold: 60 },
    // Says only that the process answers: who waits for the database gains nothing from being killed.
    livenessProbe: { ...probe("/healthz"), periodSeconds: 10, failureThreshold: 6 },
    readinessProbe: { ...probe("/readyz"), periodSeconds: 5, failureThreshold: 2 },
    resources: plan.resources as P["resources"],
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [
      { name: "spill", mountPath: spillFolder },
      { name: "secrets", mountPath: secretsFolder, readOnly: true },
    ],
  };
}
