import type { AwsCall } from "../servers/aws-documents.ts";
import type { Registered } from "./mocks.ts";

type Inputs = Record<string, unknown>;

/** What a resource of @pulumi/aws is called in CloudFormation, and its properties there. */
const forms: Readonly<Record<string, readonly [string, (inputs: Inputs) => object]>> = {
  "aws:ecs/taskDefinition:TaskDefinition": [
    "AWS::ECS::TaskDefinition",
    ({ containerDefinitions, ephemeralStorage, ...inputs }) => ({
      ...(capitalised(inputs) as object),
      ...(ephemeralStorage === undefined
        ? {}
        : { EphemeralStorage: { SizeInGiB: (ephemeralStorage as Inputs)["sizeInGib"] } }),
      ContainerDefinitions: capitalised(JSON.parse(String(containerDefinitions))),
    }),
  ],
  "aws:ecs/service:Service": [
    "AWS::ECS::Service",
    ({ networkConfiguration, waitForSteadyState: _, ...inputs }) => {
      const {
        deploymentMinimumHealthyPercent: MinimumHealthyPercent,
        deploymentMaximumPercent: MaximumPercent,
        deploymentCircuitBreaker,
        ...others
      } = inputs;
      const { assignPublicIp, ...network } = networkConfiguration as Inputs;
      const AssignPublicIp = assignPublicIp === true ? "ENABLED" : "DISABLED";
      return {
        ...(capitalised(others) as object),
        DeploymentConfiguration: {
          MinimumHealthyPercent,
          MaximumPercent,
          DeploymentCircuitBreaker: capitalised(deploymentCircuitBreaker),
        },
        NetworkConfiguration: {
          AwsvpcConfiguration: { ...(capitalised(network) as object), AssignPublicIp },
        },
      };
    },
  ],
  "aws:iam/role:Role": [
    "AWS::IAM::Role",
    ({ assumeRolePolicy }) => ({ AssumeRolePolicyDocument: JSON.parse(String(assumeRolePolicy)) }),
  ],
  "aws:iam/rolePolicy:RolePolicy": [
    "AWS::IAM::Policy",
    ({ role, policy }) => ({
      PolicyName: "relay",
      Roles: [role],
      PolicyDocument: JSON.parse(String(policy)),
    }),
  ],
  "aws:cloudwatch/metricAlarm:MetricAlarm": [
    "AWS::CloudWatch::Alarm",
    ({ okActions: OKActions, ...inputs }) => ({ ...(capitalised(inputs) as object), OKActions }),
  ],
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": [
    "AWS::Logs::MetricFilter",
    ({ logGroupName, pattern, metricTransformation }) => {
      const { namespace, name, value } = metricTransformation as Inputs;
      return {
        LogGroupName: logGroupName,
        FilterPattern: pattern,
        MetricTransformations: [
          { MetricNamespace: namespace, MetricName: name, MetricValue: value },
        ],
      };
    },
  ],
  "aws:cloudwatch/logGroup:LogGroup": [
    "AWS::Logs::LogGroup",
    (inputs) => capitalised(inputs) as object,
  ],
  "aws:ec2/securityGroup:SecurityGroup": [
    "AWS::EC2::SecurityGroup",
    ({ description, vpcId, ingress, egress }) => ({
      GroupDescription: description,
      VpcId: vpcId,
      SecurityGroupIngress: rulesOf(ingress),
      SecurityGroupEgress: rulesOf(egress),
    }),
  ],
  "aws:secretsmanager/secret:Secret": [
    "AWS::SecretsManager::Secret",
    ({ description }) => ({ Description: description }),
  ],
};

/** The resources of @pulumi/aws that a program registered, as those of a template. */
export function resourcesOf(registered: readonly Registered[]): Record<string, object> {
  const resources = registered.flatMap(({ type, name, inputs }) => {
    const [Type, properties] = forms[type] ?? [];
    if (Type === undefined || properties === undefined) return [];
    const id = name.replace(/[^A-Za-z0-9]/g, "");
    return [[id, { Type, Properties: properties(inputs) }] as const];
  });
  return Object.fromEntries(resources);
}

/** The calls that a program's task definitions and alarms come to, with their documents as they are. */
export function callsOf(registered: readonly Registered[]): AwsCall[] {
  return registered.flatMap(({ type, inputs }): AwsCall[] => {
    if (!type.startsWith("aws:ecs/taskDefinition:")) return [];
    const { containerDefinitions, ephemeralStorage: _, ...others } = inputs;
    const definitions = JSON.parse(String(containerDefinitions));
    const parameters = { ...others, containerDefinitions: definitions };
    return [{ service: "ecs", operation: "RegisterTaskDefinition", parameters }];
  });
}

function rulesOf(rules: unknown): object[] {
  return (rules as Inputs[]).flatMap(({ protocol, fromPort, toPort, ...ranges }) => {
    const ports = { IpProtocol: protocol, FromPort: fromPort, ToPort: toPort };
    const { cidrBlocks, ipv6CidrBlocks } = ranges as Record<string, string[]>;
    return [
      ...(cidrBlocks ?? []).map((CidrIp) => ({ ...ports, CidrIp })),
      ...(ipv6CidrBlocks ?? []).map((CidrIpv6) => ({ ...ports, CidrIpv6 })),
    ];
  });
}

/** With names as CloudFormation writes them; the options of a log's driver are no names. */
function capitalised(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((each) => capitalised(each));
  if (typeof value !== "object" || value === null || key === "options") return value;
  const entries = Object.entries(value).map(([name, inner]) => [
    name.charAt(0).toUpperCase() + name.slice(1),
    capitalised(inner, name),
  ]);
  return Object.fromEntries(entries);
}
