import * as integratedb from "@integratedb/pulumi";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const shop = new integratedb.Database("shop", { connection: config.requireSecret("databaseUrl") });
const reporter = new integratedb.Stakeholder("reporter", { database: shop });
const match = [{ path: "public.orders", fields: ["id", "status"] }];
new integratedb.Claim("reporter-orders", { stakeholder: reporter, match });
new integratedb.Notification("reporter-orders", {
  stakeholder: reporter,
  match,
  channels: { hook: { type: "webhook", url: "https://reporter.internal/events" } },
});

const cluster = new aws.ecs.Cluster("shop");
const pager = new aws.sns.Topic("pager");
const relay = new integratedb.EcsRelay("relay", {
  database: shop,
  cluster: cluster.arn,
  vpcId: config.require("vpcId"),
  subnets: config.requireObject<string[]>("subnetIds"),
  lagAlarm: { bytes: 2 * 1024 ** 3, actions: [pager.arn] },
});
// The database lets the tasks in.
new aws.vpc.SecurityGroupIngressRule("relay-to-database", {
  securityGroupId: config.require("databaseSecurityGroup"),
  referencedSecurityGroupId: relay.securityGroupIds.apply(([id = ""]) => id),
  ipProtocol: "tcp",
  fromPort: 5432,
  toPort: 5432,
});

export const logGroup = relay.logGroupName;
