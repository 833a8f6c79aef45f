import type * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { KubernetesPreflightResource } from "../../provider/kubernetes-preflight.ts";
import { childOptions } from "../child-options.ts";
import { optionalPackage } from "../optional-package.ts";
import type { KubernetesRelayArgs } from "./kubernetes-relay-args.ts";
import { objectsOf } from "./kubernetes-relay-objects.ts";
import { checkedArgs, expectedParts, relayParts } from "./kubernetes-relay-plan.ts";
import { Relay } from "./relay.ts";

/**
 * A relay in Kubernetes: a Deployment of two pods, of which one reads and the other waits, with what
 * it needs around it. It passes the pod security standard "restricted". Needs @pulumi/kubernetes.
 *
 * @example
 * new integratedb.KubernetesRelay("relay", { database: shop, namespace: "shop" });
 */
export class KubernetesRelay extends pulumi.ComponentResource {
  readonly relay: Relay;
  readonly namespace: pulumi.Output<string>;
  /** Of the Deployment, the Service and everything else. */
  readonly objectName: string;
  /** Where receivers of socket channels connect to, inside the cluster. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: KubernetesRelayArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("integratedb:index:KubernetesRelay", name, {}, opts);
    const k8s = optionalPackage<typeof kubernetes>("@pulumi/kubernetes", this);
    const asked = checkedArgs(this, name, args);
    this.objectName = asked.name;
    const options = childOptions(this, opts);
    const before = preflightOf(name, args, asked, options);
    // Not what deletes the objects along with something else: login and slot are in the database.
    const { retainOnDelete } = opts;
    const retained = retainOnDelete === undefined ? {} : { retainOnDelete };
    const dependsOn = before === undefined ? {} : { dependsOn: [before] };
    this.relay = new Relay(`${name}-relay`, args, { parent: this, ...retained, ...dependsOn });
    const objects = objectsOf({ ...asked, ...relayParts(this.relay, this.objectName) });
    const child = { ...options, ...dependsOn };
    const { core, networking, apps, policy } = k8s;
    const first = [
      new core.v1.ServiceAccount(`${name}-account`, objects.serviceAccount, child),
      new core.v1.Secret(`${name}-secret`, objects.secret, child),
      new networking.v1.NetworkPolicy(`${name}-policy`, objects.networkPolicy, child),
    ];
    const afterwards = { ...child, dependsOn: first };
    new apps.v1.Deployment(`${name}-deployment`, objects.deployment, afterwards);
    const service = new core.v1.Service(`${name}-service`, objects.service, child);
    new policy.v1.PodDisruptionBudget(`${name}-budget`, objects.disruptionBudget, child);
    if (objects.serviceMonitor !== undefined) {
      new k8s.apiextensions.CustomResource(`${name}-monitor`, objects.serviceMonitor, child);
    }
    this.namespace = service.metadata.namespace;
    this.url = pulumi.interpolate`http://${this.objectName}.${this.namespace}.svc:8080`;
    this.registerOutputs({ namespace: this.namespace, url: this.url });
  }
}

/** Asks the cluster about every object, if it is said how to reach it. */
function preflightOf(
  name: string,
  args: KubernetesRelayArgs,
  asked: ReturnType<typeof checkedArgs>,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource | undefined {
  const { kubeconfig, context } = args;
  if (kubeconfig === undefined && context === undefined) return undefined;
  const objects = objectsOf({ ...asked, ...expectedParts(args, asked.name) });
  const manifests = Object.values(objects).filter((each) => each !== undefined);
  const inputs = { kubeconfig, context, manifests };
  return new KubernetesPreflightResource(`${name}-preflight`, inputs, options);
}
