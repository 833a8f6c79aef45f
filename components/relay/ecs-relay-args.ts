import type * as pulumi from "@pulumi/pulumi";
import type { RelayArgs } from "./relay.ts";

/** When the alarm on the slot's lag goes off. */
export interface LagAlarmArgs {
  /**
   * Bytes of WAL that the slot may hold for five minutes.
   * @default 1073741824, which is 1 GiB
   */
  readonly bytes?: pulumi.Input<number>;
  /**
   * ARNs of what is told when the alarm goes off, and when it is over, as of topics of SNS.
   * @default nobody; the alarm's state can be looked at
   */
  readonly actions?: pulumi.Input<pulumi.Input<string>[]>;
}

/** Arguments of `EcsRelay`. Either `vpcId` or `securityGroups` is needed. */
export interface EcsRelayArgs extends RelayArgs {
  /** Name or ARN of the cluster. */
  readonly cluster: pulumi.Input<string>;
  /** Subnets of the tasks, from which the database and every receiver can be reached. */
  readonly subnets: pulumi.Input<pulumi.Input<string>[]>;
  /** The VPC of the subnets. A security group is made in it. */
  readonly vpcId?: pulumi.Input<string>;
  /** Security groups of the tasks, in place of one that is made. */
  readonly securityGroups?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Address ranges from which the relay is reached, in the security group that is made: those of
   * receivers of socket channels and of Prometheus.
   * @default none
   */
  readonly allowFrom?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Address ranges that the relay may connect to, in the security group that is made: the database,
   * every receiver, the image's registry, Secrets Manager and CloudWatch Logs must be in them.
   * @default everywhere
   */
  readonly allowTo?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Whether tasks get a public address, which they need in a subnet without a NAT gateway.
   * @default false
   */
  readonly assignPublicIp?: pulumi.Input<boolean>;
  /**
   * How many tasks. One of them reads, the others wait and take over within seconds.
   * @default 2
   */
  readonly replicas?: pulumi.Input<number>;
  /**
   * Units of a processor of each task, of which 1024 are a whole one.
   * @default 256
   */
  readonly cpu?: pulumi.Input<number>;
  /**
   * MiB of memory of each task, as Fargate has them for its `cpu`.
   * @default 512
   */
  readonly memory?: pulumi.Input<number>;
  /**
   * The kind of processor, for which the image must be made.
   * @default "X86_64"
   */
  readonly architecture?: pulumi.Input<"X86_64" | "ARM64">;
  /**
   * GiB of disk of each task, 21 to 200, for transactions that have not committed yet.
   * @default the 20 that every task has
   */
  readonly storageGib?: pulumi.Input<number>;
  /**
   * Days for which the log is kept.
   * @default 30
   */
  readonly logRetentionDays?: pulumi.Input<number>;
  /**
   * An alarm of CloudWatch for when the slot holds much WAL, or no relay has said for five minutes how
   * much it holds; false for none.
   */
  readonly lagAlarm?: false | LagAlarmArgs;
}
