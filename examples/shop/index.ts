import * as integratedb from "@integratedb/pulumi";
import * as pulumi from "@pulumi/pulumi";

const shop = new integratedb.Database("shop", {
  connection: new pulumi.Config().requireSecret("databaseUrl"),
});
const reporter = new integratedb.Stakeholder("reporter", { database: shop });
new integratedb.Claim("reporter-orders", {
  stakeholder: reporter,
  match: [
    { path: "public.orders", fields: ["*"] },
    { path: "public.customers", fields: ["id", { name: "email", type: "text" }] },
  ],
});

export const reporterUrl = reporter.uri;
