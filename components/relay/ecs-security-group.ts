import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CheckedEcsArgs } from "./ecs-relay-checks.ts";

interface Ports {
  readonly protocol: "tcp" | "udp";
  readonly fromPort: number;
  readonly toPort: number;
}

/** The security groups of the tasks: those that were given, or one that is made. */
export function securityGroupsOf(
  { ec2 }: typeof aws,
  name: string,
  {
    asked,
    port,
    options,
  }: {
    readonly asked: CheckedEcsArgs;
    readonly port: pulumi.Output<number>;
    readonly options: pulumi.CustomResourceOptions;
  },
): pulumi.Output<string[]> {
  if (asked.securityGroups !== undefined || asked.vpcId === undefined) {
    return asked.securityGroups ?? pulumi.output([]);
  }
  const group = new ec2.SecurityGroup(
    `${name}-network`,
    {
      description: `Tasks of the relay ${name}`,
      vpcId: asked.vpcId,
      ingress: pulumi
        .all([asked.allowFrom, port])
        .apply(([ranges, at]) =>
          ranges.length === 0 ? [] : [rule(ranges, { protocol: "tcp", fromPort: at, toPort: at })],
        ),
      egress: asked.allowTo.apply((ranges) => [
        rule(ranges, { protocol: "tcp", fromPort: 0, toPort: 65_535 }),
        // Where names are looked up elsewhere than at the VPC's own resolver.
        rule(ranges, { protocol: "udp", fromPort: 53, toPort: 53 }),
      ]),
    },
    options,
  );
  return group.id.apply((id) => [id]);
}

function rule(ranges: readonly string[], ports: Ports) {
  return {
    ...ports,
    cidrBlocks: ranges.filter((range) => !range.includes(":")),
    ipv6CidrBlocks: ranges.filter((range) => range.includes(":")),
  };
}
