import type * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  relayObjects,
  secretOf,
  serviceMonitorOf,
} from "../../provider/runtime/kubernetes-objects.ts";
import { childOptions } from "../child-options.ts";
import { optionalPackage } from "../optional-package.ts";
import type { KubernetesRelayArgs } from "./kubernetes-relay-args.ts";
import { checkedArgs, relayParts } from "./kubernetes-relay-plan.ts";
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
    const { monitor, ...asked } = checkedArgs(this, name, args);
    this.objectName = asked.name;
    // Not what deletes the objects along with something else: login and slot are in the database.
    const { retainOnDelete } = opts;
    const retained = retainOnDelete === undefined ? {} : { retainOnDelete };
    this.relay = new Relay(`${name}-relay`, args, { parent: this, ...retained });
    const { secret, ...parts } = relayParts(this.relay, this.objectName);
    const plan = { ...asked, ...parts };
    const objects = relayObjects(plan);
    const child = childOptions(this, opts);
    const { core, networking, apps, policy } = k8s;
    const { serviceAccountAnnotations: annotations } = args;
    const { metadata } = objects.serviceAccount;
    const identity = annotations === undefined ? metadata : { ...metadata, annotations };
    const first = [
      new core.v1.ServiceAccount(
        `${name}-account`,
        { ...objects.serviceAccount, metadata: identity },
        child,
      ),
      new core.v1.Secret(`${name}-secret`, secretOf(plan, secret), child),
      new networking.v1.NetworkPolicy(`${name}-policy`, objects.networkPolicy, child),
    ];
    const afterwards = { ...child, dependsOn: first };
    new apps.v1.Deployment(`${name}-deployment`, objects.deployment, afterwards);
    const service = new core.v1.Service(`${name}-service`, objects.service, child);
    new policy.v1.PodDisruptionBudget(`${name}-budget`, objects.disruptionBudget, child);
    if (monitor !== undefined) {
      const object = serviceMonitorOf(plan, monitor);
      new k8s.apiextensions.CustomResource(`${name}-monitor`, object, child);
    }
    this.namespace = service.metadata.namespace;
    this.url = pulumi.interpolate`http://${this.objectName}.${this.namespace}.svc:8080`;
    this.registerOutputs({ namespace: this.namespace, url: this.url });
  }
}
