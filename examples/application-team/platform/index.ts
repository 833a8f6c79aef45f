// The stack of those who own the database. The team of the checkout gets a database role of its own
// and may, with it, manage the stakeholders whose names begin with `checkout_`, and nothing else.
import * as integratedb from "@integratedb/pulumi";
import * as pulumi from "@pulumi/pulumi";

new integratedb.Database("shop", {
  connection: new pulumi.Config().requireSecret("databaseUrl"),
  // CREATE ROLE checkout_deployer LOGIN PASSWORD '…';
  operators: { checkout_deployer: "checkout_*" },
  policy: {
    rules: [
      { effect: "allow", stakeholder: "checkout_*", path: "public.orders" },
      { effect: "allow", stakeholder: "checkout_*", path: "public.customers", columns: ["id"] },
    ],
  },
});
