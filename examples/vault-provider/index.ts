// A program that has its secrets in resources of @pulumi/vault anyway: the outputs of a stakeholder are
// secrets of Pulumi, and their state has them encrypted.
import * as integratedb from "@integratedb/pulumi";
import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";

const config = new pulumi.Config();
const shop = new integratedb.Database("shop", { connection: config.requireSecret("databaseUrl") });
const reporter = new integratedb.Stakeholder("reporter", { database: shop });
new integratedb.Claim("reporter-orders", {
  stakeholder: reporter,
  match: [{ path: "public.orders", fields: ["id", "status", "total"] }],
});

const kv = new vault.kv.SecretV2("reporter-database", {
  mount: "secret",
  name: "apps/reporter/database",
  dataJson: pulumi.jsonStringify({ username: reporter.username, password: reporter.password }),
});

export const path = kv.path;
