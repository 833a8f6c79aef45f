import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkedInput } from "../checked-input.ts";
import { ecsForm } from "./ecs-form.ts";
import type { LagAlarmArgs } from "./ecs-relay-args.ts";

/** @internal The field of the relay's log that tells how much WAL the slot holds. */
export const lagField = "lagBytes";

const gibibyte = 1_073_741_824;

/**
 * An alarm on what the relay that reads says of its slot every minute. Where none reads nothing is
 * said, which is trouble, too: so the alarm works with every server, and without a relay.
 */
export function lagAlarm(
  { cloudwatch }: typeof aws,
  name: string,
  args: LagAlarmArgs,
  {
    logGroup,
    component,
    options,
  }: {
    readonly logGroup: aws.cloudwatch.LogGroup;
    readonly component: pulumi.ComponentResource;
    readonly options: pulumi.CustomResourceOptions;
  },
): aws.cloudwatch.MetricAlarm {
  const threshold = checkedInput(
    component,
    "lagAlarm.bytes",
    ecsForm.lagBytes,
    args.bytes ?? gibibyte,
  );
  const namespace = "IntegrateDB";
  // The log's name is the account's alone, so that relays of several stacks keep apart.
  const metricName = pulumi.interpolate`${logGroup.name}/slot-lag-bytes`;
  new cloudwatch.LogMetricFilter(
    `${name}-lag`,
    {
      logGroupName: logGroup.name,
      pattern: `{ $.${lagField} >= 0 }`,
      metricTransformation: { namespace, name: metricName, value: `$.${lagField}` },
    },
    options,
  );
  const actions = args.actions ?? [];
  return new cloudwatch.MetricAlarm(
    `${name}-lag-alarm`,
    {
      alarmDescription: `The slot of the relay ${name} holds much WAL, or no relay reads it.`,
      namespace,
      metricName,
      statistic: "Maximum",
      period: 60,
      evaluationPeriods: 5,
      comparisonOperator: "GreaterThanThreshold",
      threshold,
      treatMissingData: "breaching",
      alarmActions: actions,
      okActions: actions,
    },
    options,
  );
}
