// A program that has its Secrets in resources of @pulumi/kubernetes anyway: the outputs of a stakeholder
// are secrets of Pulumi, and their state has them encrypted.
import * as integratedb from "@integratedb/pulumi";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const shop = new integratedb.Database("shop", { connection: config.requireSecret("databaseUrl") });
const reporter = new integratedb.Stakeholder("reporter", { database: shop });
new integratedb.Claim("reporter-orders", {
  stakeholder: reporter,
  match: [{ path: "public.orders", fields: ["id", "status", "total"] }],
});

const binding = new kubernetes.core.v1.Secret("reporter-database", {
  metadata: { name: "reporter-database" },
  type: "servicebinding.io/postgresql",
  stringData: reporter.serviceBinding,
});

export const bindingName = binding.metadata.name;
