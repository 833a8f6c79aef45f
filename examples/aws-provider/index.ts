// A program that has its secrets in resources of @pulumi/aws anyway: the outputs of a stakeholder are
// secrets of Pulumi, and their state has them encrypted.
import * as integratedb from "@integratedb/pulumi";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const shop = new integratedb.Database("shop", { connection: config.requireSecret("databaseUrl") });
const reporter = new integratedb.Stakeholder("reporter", { database: shop });
new integratedb.Claim("reporter-orders", {
  stakeholder: reporter,
  match: [{ path: "public.orders", fields: ["id", "status", "total"] }],
});

const secret = new aws.secretsmanager.Secret("reporter-database", {
  name: "prod/reporter/database",
});
new aws.secretsmanager.SecretVersion("reporter-database", {
  secretId: secret.id,
  secretString: reporter.awsSecretString,
});
new aws.ssm.Parameter("reporter-database-url", {
  name: "/prod/reporter/database-url",
  type: "SecureString",
  value: reporter.uri,
});

export const secretArn = secret.arn;
