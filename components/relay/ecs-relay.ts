import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { splitEnvironment } from "../../provider/runtime/relay-variables.ts";
import { childOptions } from "../child-options.ts";
import { optionalPackage } from "../optional-package.ts";
import { containerDefinitions, executionPolicy, trustPolicy } from "./ecs-documents.ts";
import { lagAlarm } from "./ecs-lag-alarm.ts";
import type { EcsRelayArgs } from "./ecs-relay-args.ts";
import { checkedArgs } from "./ecs-relay-checks.ts";
import { securityGroupsOf } from "./ecs-security-group.ts";
import { Relay } from "./relay.ts";

/**
 * A relay on Amazon ECS: a service of two tasks on Fargate, of which one reads and the other waits,
 * with its secret, its log, its roles, and an alarm on its slot. Needs @pulumi/aws.
 *
 * @example
 * new integratedb.EcsRelay("relay", {
 *   database: shop,
 *   cluster: cluster.arn,
 *   vpcId: vpc.id,
 *   subnets: privateSubnetIds,
 * });
 */
export class EcsRelay extends pulumi.ComponentResource {
  readonly relay: Relay;
  readonly serviceName: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
  /**
   * Name of the role that the relay has while it runs. It may nothing; what channels of SQS and SNS
   * need that have no credentials of their own is given to it.
   */
  readonly taskRoleName: pulumi.Output<string>;
  /** Those of the tasks, which the database's security group has to let in. */
  readonly securityGroupIds: pulumi.Output<string[]>;

  constructor(name: string, args: EcsRelayArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("integratedb:index:EcsRelay", name, {}, opts);
    const sdk = optionalPackage<typeof aws>("@pulumi/aws", this);
    const { cloudwatch, ecs, iam, secretsmanager } = sdk;
    const asked = checkedArgs(this, args);
    // Not what deletes the tasks along with something else: login and slot are in the database.
    const { retainOnDelete } = opts;
    const retained = retainOnDelete === undefined ? {} : { retainOnDelete };
    this.relay = new Relay(`${name}-relay`, args, { parent: this, ...retained });
    const child = childOptions(this, opts);
    const parts = this.relay.environment.apply(splitEnvironment);
    const values = parts.apply(({ secret }) => secret);
    const description = `Variables of the relay ${name}`;
    const secret = new secretsmanager.Secret(
      `${name}-secret`,
      // Of no use once the login is gone.
      { description, recoveryWindowInDays: 0 },
      child,
    );
    const version = new secretsmanager.SecretVersion(
      `${name}-secret-version`,
      {
        secretId: secret.id,
        secretString: pulumi.secret(values.apply((all) => JSON.stringify(all))),
      },
      child,
    );
    const logGroup = new cloudwatch.LogGroup(
      `${name}-log`,
      { retentionInDays: asked.logRetentionDays },
      child,
    );
    const assumeRolePolicy = logGroup.arn.apply((arn) => JSON.stringify(trustPolicy(arn)));
    const executionRole = new iam.Role(`${name}-execution`, { assumeRolePolicy }, child);
    const mayStart = new iam.RolePolicy(
      `${name}-execution-policy`,
      {
        role: executionRole.id,
        policy: pulumi
          .all([secret.arn, logGroup.arn, this.relay.image])
          .apply((known) => JSON.stringify(executionPolicy(...known))),
      },
      child,
    );
    const taskRole = new iam.Role(`${name}-task`, { assumeRolePolicy }, child);
    this.securityGroupIds = securityGroupsOf(sdk, name, {
      asked,
      port: this.relay.ports.apply(({ http }) => http),
      options: child,
    });
    const definition = new ecs.TaskDefinition(
      `${name}-task-definition`,
      {
        family: `${name}-${pulumi.getStack()}`.replace(/[^\w-]/g, "-").slice(0, 255),
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: asked.size.apply(({ cpu }) => String(cpu)),
        memory: asked.size.apply(({ memory }) => String(memory)),
        runtimePlatform: {
          operatingSystemFamily: "LINUX",
          cpuArchitecture: args.architecture ?? "X86_64",
        },
        ...(asked.storageGib && { ephemeralStorage: { sizeInGib: asked.storageGib } }),
        volumes: [{ name: "spill" }],
        executionRoleArn: executionRole.arn,
        taskRoleArn: taskRole.arn,
        containerDefinitions: pulumi
          .output({
            image: this.relay.image,
            port: this.relay.ports.apply(({ http }) => http),
            healthCommand: this.relay.healthCheck.apply(({ command }) => [...command]),
            plain: pulumi.unsecret(parts.apply(({ plain }) => plain)),
            secretNames: pulumi.unsecret(values.apply((all) => Object.keys(all))),
            secretArn: secret.arn,
            secretVersion: version.versionId,
            logGroup: logGroup.name,
            logGroupArn: logGroup.arn,
          })
          .apply((plan) => JSON.stringify(containerDefinitions(plan))),
      },
      child,
    );
    const service = new ecs.Service(
      `${name}-service`,
      {
        cluster: asked.cluster,
        taskDefinition: definition.arn,
        launchType: "FARGATE",
        desiredCount: asked.replicas,
        // New tasks wait for the slot before an old one is told to end.
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        networkConfiguration: {
          subnets: asked.subnets,
          securityGroups: this.securityGroupIds,
          assignPublicIp: args.assignPublicIp ?? false,
        },
        propagateTags: "SERVICE",
        waitForSteadyState: true,
      },
      { ...child, dependsOn: [mayStart] },
    );
    if (args.lagAlarm !== false) {
      const place = { logGroup, component: this, options: child };
      lagAlarm(sdk, name, args.lagAlarm ?? {}, place);
    }
    this.serviceName = service.name;
    this.logGroupName = logGroup.name;
    this.taskRoleName = taskRole.name;
    this.registerOutputs({ serviceName: this.serviceName, logGroupName: this.logGroupName });
  }
}
