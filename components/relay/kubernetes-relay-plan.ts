import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { relayImage } from "../../provider/relay.ts";
import {
  checksumOf,
  containerVariables,
  gracePeriod,
} from "../../provider/runtime/kubernetes-environment.ts";
import { kubernetesForm } from "../../provider/runtime/kubernetes-form.ts";
import { egressPeers, ingressPeers } from "../../provider/runtime/kubernetes-objects.ts";
import { planDefaults } from "../../provider/runtime/kubernetes-plan.ts";
import { splitEnvironment } from "../../provider/runtime/relay-variables.ts";
import { checkedInput } from "../checked-input.ts";
import type { KubernetesRelayArgs } from "./kubernetes-relay-args.ts";
import { environmentOf, type Relay } from "./relay.ts";
import { portOf } from "./settings.ts";

type Forms = typeof kubernetesForm;
type Stated = keyof Forms & keyof KubernetesRelayArgs;
type Checked<Name extends Stated> = pulumi.Output<z.output<Forms[Name]>>;

/**
 * The arguments that describe objects, checked, with their defaults.
 *
 * @throws pulumi.ResourceError IDB1201 that names the first that is wrong
 */
export function checkedArgs(component: pulumi.Resource, name: string, args: KubernetesRelayArgs) {
  const checked = <Name extends Stated>(
    property: Name,
    value: pulumi.Input<unknown> = args[property],
  ) => {
    const form: z.ZodType = kubernetesForm[property];
    return checkedInput(component, property, form, value) as Checked<Name>;
  };
  const ifStated = <Name extends Stated>(property: Name) =>
    args[property] === undefined ? undefined : checked(property);
  const objectName = args.name ?? name;
  checked("name", objectName);
  ifStated("image");
  return {
    name: objectName,
    namespace: ifStated("namespace"),
    replicas: checked("replicas", args.replicas ?? planDefaults.replicas),
    resources: checked("resources", args.resources ?? planDefaults.resources),
    spillSize: checked("spillSize", args.spillSize ?? planDefaults.spillSize),
    imagePullSecrets: ifStated("imagePullSecrets")?.apply((secrets) =>
      secrets.map((secret) => ({ name: secret })),
    ),
    allowFrom: ifStated("allowFrom")?.apply(ingressPeers) ?? ingressPeers(undefined),
    allowTo: ifStated("allowTo")?.apply(egressPeers) ?? egressPeers(undefined),
    identity: args.serviceAccountAnnotations,
    monitor: monitorOf(component, args),
  };
}

function monitorOf(component: pulumi.Resource, { serviceMonitor }: KubernetesRelayArgs) {
  if (serviceMonitor === undefined || serviceMonitor === false) return undefined;
  const { labels = {}, interval = planDefaults.interval } =
    serviceMonitor === true ? {} : serviceMonitor;
  const property = "serviceMonitor.interval";
  return { labels, interval: checkedInput(component, property, kubernetesForm.interval, interval) };
}

/** What a relay is run with. */
type Runnable = Pick<Relay, "environment" | "image" | "ports">;

/** What the objects have from the relay itself. */
export function relayParts(relay: Runnable, secretName: string) {
  const parts = relay.environment.apply(splitEnvironment);
  const secret = parts.apply((each) => each.secret);
  const plain = pulumi.unsecret(parts.apply((each) => each.plain));
  const secretNames = pulumi.unsecret(secret.apply((values) => Object.keys(values)));
  return {
    image: relay.image,
    port: relay.ports.apply(({ http }) => http),
    gracePeriod: plain.apply(gracePeriod),
    variables: pulumi
      .all([plain, secretNames])
      .apply(([values, names]) => containerVariables(values, names, secretName)),
    secretName,
    secret,
    checksum: pulumi.unsecret(secret.apply(checksumOf)),
  };
}

/** The same before there is a relay, with nothing in place of each secret. */
export function expectedParts(args: KubernetesRelayArgs, secretName: string) {
  const expected = relayParts(
    {
      environment: environmentOf(args, "", ""),
      image: pulumi.output(args.image ?? relayImage),
      ports: portOf(args.settings ?? {}).apply((http) => ({ http })),
    },
    secretName,
  );
  const secret = pulumi.unsecret(
    expected.secret.apply((values) =>
      Object.fromEntries(Object.keys(values).map((name) => [name, ""])),
    ),
  );
  return { ...expected, secret, checksum: secret.apply(checksumOf) };
}
