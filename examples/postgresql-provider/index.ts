// Composes with @pulumi/postgresql: the connection is the one of its provider, and the stakeholder
// uses a role and a schema that this program declares and keeps.
import * as integratedb from "@integratedb/pulumi";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const server = new postgresql.Provider("server", {
  host: config.require("host"),
  username: config.require("username"),
  password: config.requireSecret("password"),
  database: "shop",
  superuser: false,
});

const role = new postgresql.Role("analysts", { name: "analysts" }, { provider: server });
const schema = new postgresql.Schema(
  "analysts",
  { name: "analysts", database: "shop", owner: role.name },
  { provider: server },
);

const shop = new integratedb.Database("shop", { provider: server });
const analysts = new integratedb.Stakeholder("analysts", { database: shop, role, schema });
new integratedb.Claim("analysts-orders", {
  stakeholder: analysts,
  match: [{ path: "public.orders", fields: ["id", "status", "total"] }],
});

export const analystsUrl = analysts.uri;
