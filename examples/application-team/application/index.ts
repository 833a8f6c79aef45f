// The stack of an application's team, in a database whose engine the platform's stack installed.
// `databaseUrl` is the connection of the team's own role, which needs no other right.
import * as integratedb from "@integratedb/pulumi";
import * as pulumi from "@pulumi/pulumi";

const shop = integratedb.Database.existing("shop", {
  connection: new pulumi.Config().requireSecret("databaseUrl"),
});
const stakeholders = integratedb.stakeholdersFrom("stakeholders", { database: shop });

/** The URL of each application, by its name. */
export const urls = Object.fromEntries(
  Object.entries(stakeholders).map(([name, { uri }]) => [name, uri]),
);
