import type * as pulumi from "@pulumi/pulumi";
import {
  relayObjects,
  secretOf,
  serviceMonitorOf,
} from "../../provider/runtime/kubernetes-objects.ts";
import type { checkedArgs, relayParts } from "./kubernetes-relay-plan.ts";

type Parts = Omit<ReturnType<typeof relayParts>, "secret"> & {
  readonly secret: pulumi.Output<Readonly<Record<string, string>>>;
};

/** All objects of a relay, by what they are to it. */
export function objectsOf(plan: ReturnType<typeof checkedArgs> & Parts) {
  const { identity, monitor, secret, ...described } = plan;
  const objects = relayObjects(described);
  const { metadata } = objects.serviceAccount;
  return {
    ...objects,
    serviceAccount: {
      ...objects.serviceAccount,
      metadata: identity === undefined ? metadata : { ...metadata, annotations: identity },
    },
    secret: secretOf(described, secret),
    serviceMonitor: monitor && serviceMonitorOf(described, monitor),
  };
}
