import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { planDefaults } from "../../provider/runtime/kubernetes-plan.ts";
import { checkedInput } from "../checked-input.ts";
import { ecsForm, taskSize } from "./ecs-form.ts";
import type { EcsRelayArgs } from "./ecs-relay-args.ts";

type Forms = typeof ecsForm;
type Stated = keyof Forms & keyof EcsRelayArgs;
type Checked<Name extends Stated> = pulumi.Output<z.output<Forms[Name]>>;

/** The arguments that describe resources of AWS, checked, with their defaults. */
export type CheckedEcsArgs = ReturnType<typeof checkedArgs>;

/**
 * Checks the arguments and fills in their defaults.
 *
 * @throws pulumi.ResourceError IDB1201 that names the first that is wrong
 */
export function checkedArgs(component: pulumi.Resource, args: EcsRelayArgs) {
  const checked = <Name extends Stated>(
    property: Name,
    value: pulumi.Input<unknown> = args[property],
  ) => {
    const form: z.ZodType = ecsForm[property];
    return checkedInput(component, property, form, value) as Checked<Name>;
  };
  const ifStated = <Name extends Stated>(property: Name) =>
    args[property] === undefined ? undefined : checked(property);
  if ((args.vpcId === undefined) === (args.securityGroups === undefined)) {
    const problem = "IDB1201 vpcId: give either `vpcId` or `securityGroups`.";
    throw new pulumi.ResourceError(problem, component, true);
  }
  ifStated("image");
  const drain = args.settings?.drainSeconds;
  if (drain !== undefined) {
    checkedInput(component, "settings.drainSeconds", ecsForm.drainSeconds, drain);
  }
  const { cpu = 256, memory = 512 } = args;
  return {
    cluster: checked("cluster"),
    subnets: checked("subnets"),
    vpcId: ifStated("vpcId"),
    securityGroups: ifStated("securityGroups"),
    allowFrom: checked("allowFrom", args.allowFrom ?? []),
    allowTo: checked("allowTo", args.allowTo ?? ["0.0.0.0/0", "::/0"]),
    replicas: checked("replicas", args.replicas ?? planDefaults.replicas),
    size: checkedInput(component, "", taskSize, { cpu, memory }),
    storageGib: ifStated("storageGib"),
    logRetentionDays: checked("logRetentionDays", args.logRetentionDays ?? 30),
  };
}
