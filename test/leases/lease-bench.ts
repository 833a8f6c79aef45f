import pg from "pg";
import { scramVerifier } from "../../provider/runtime/scram.ts";
import { database, stakeholder } from "../../provider/runtime/v1/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { type Shop, withShop } from "../pulumi/shop.ts";
import { ServerMissing } from "../servers/supply.ts";
import { startVault, type Vault, vaultSupply } from "../servers/vault.ts";

/** A lease: credentials that Vault has made. */
export interface Lease {
  readonly id: string;
  readonly username: string;
  readonly password: string;
}

/** A Vault beside a Postgres with a shop, of which the stakeholder `reporter` claims the orders. */
export interface LeaseBench {
  readonly vault: Vault;
  readonly postgres: Postgres;
  readonly shop: Shop;
  /** The URL of the shop for a login. */
  urlOf(login: { username: string; password: string }): string;
  /** Asks for a lease, as an application does. */
  lease(role: string): Promise<Lease>;
  revoke(lease: Lease): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The login `vault` has what leases need: CREATEROLE, and the stakeholder's role to give away.
 *
 * @throws ServerMissing also where Vault runs in a container, which does not reach this Postgres
 */
export async function leaseBench(version: number): Promise<LeaseBench> {
  const vault = await startVault();
  if (!vault.isLocal) {
    await vault.stop();
    throw new ServerMissing(
      vaultSupply.name,
      "in a container it reaches no server here",
      vaultSupply.hint,
    );
  }
  const settings = { log_statement: "all" };
  const postgres = await startPostgres(version, { settings });
  const shop = await withShop(postgres);
  await database.create({ connection: shop.url });
  await stakeholder.create({ connection: shop.url, name: "reporter" });
  await shop.sql(
    `select integratedb.put_claim('reporter', 'orders', '{"match": [{"path": "public.orders", "fields": ["id", "status"]}]}')`,
  );
  await shop.sql(
    `create role vault login createrole password '${await scramVerifier("vault-secret")}';
     grant reporter to vault with admin option`,
  );
  await vault.api("POST", "sys/mounts/database", { type: "database" });
  await vault.api("POST", "database/config/shop", connectionTo(postgres, shop.name));
  const urlOf = ({ username, password }: { username: string; password: string }) =>
    postgres.url(shop.name, username, password);
  return {
    vault,
    postgres,
    shop,
    urlOf,
    async lease(role) {
      const answer = await vault.api<{
        lease_id: string;
        data: { username: string; password: string };
      }>("GET", `database/creds/${role}`);
      return { id: answer.lease_id, ...answer.data };
    },
    revoke: async ({ id }) => {
      await vault.api("PUT", "sys/leases/revoke", { lease_id: id, sync: true });
    },
    stop: async () => {
      await Promise.all([vault.stop(), postgres.stop()]);
    },
  };
}

/** A connection of Vault's database engine, as an operator sets it up. */
export function connectionTo({ port }: Postgres, name: string, changes: object = {}): object {
  return {
    plugin_name: "postgresql-database-plugin",
    connection_url: `postgresql://{{username}}:{{password}}@127.0.0.1:${port}/${name}?sslmode=disable`,
    username: "vault",
    password: "vault-secret",
    allowed_roles: "*",
    password_authentication: "scram-sha-256",
    ...changes,
  };
}

/** Opens a session; `ended` resolves when somebody ends it. */
export async function session(
  url: string,
): Promise<{ client: pg.Client; ended: Promise<unknown> }> {
  const client = new pg.Client(url);
  await client.connect();
  return { client, ended: new Promise((resolve) => client.on("error", resolve)) };
}
