// The same without Pulumi: the engine is installed by `npx integratedb install`, or as here, and
// everything else is SQL, which any language can send.
import { install } from "@integratedb/pulumi/engine";
import pg from "pg";
import { newPassword, scramVerifier } from "./password.ts";

const client = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
await client.connect();

const { version } = await install(client);
console.log(`engine ${version}`);

await client.query("SELECT integratedb.put_stakeholder('reporter')");
const spec = {
  match: [
    { path: "public.orders", fields: ["*"] },
    { path: "public.customers", fields: ["id", { name: "email", type: "text" }] },
  ],
};
await client.query("SELECT integratedb.put_claim('reporter', 'reporter-orders', $1)", [spec]);

const password = newPassword();
const { rows } = await client.query<{ username: string }>(
  "SELECT integratedb.rotate_login('reporter', $1) ->> 'username' AS username",
  [scramVerifier(password)],
);
await client.end();

// Hand it to the application, by way of whatever keeps your secrets.
console.log(`login ${rows[0]?.username}, password of ${password.length} characters`);
