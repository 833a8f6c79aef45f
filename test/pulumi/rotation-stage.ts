import { secret } from "@pulumi/pulumi";
import type { StakeholderArgs } from "../../components/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { startVault, type Vault } from "../servers/vault.ts";
import { TcpProxy } from "../tcp-proxy.ts";
import { packedProject } from "./packed-project.ts";
import { ReadingApplication, type StoredLogin } from "./reading-application.ts";
import { type Shop, withShop } from "./shop.ts";
import { type TestStack, testStack } from "./stack.ts";

/** The two stores, by where they are mounted in one Vault. */
export const mounts = ["secret", "second"] as const;
export type Mount = (typeof mounts)[number];

/** What Pulumi may do in each store, in Vault's words. */
export type Rights = Readonly<Record<Mount, readonly string[]>>;
export const all = ["create", "read", "update", "delete", "list"];

/** What the program says of the stakeholder and its stores. */
export interface Declared extends Pick<StakeholderArgs, "rotation" | "retire"> {
  /** Of the second store. */
  readonly timeoutSeconds?: number | undefined;
}

/** A stack that puts the credentials of a stakeholder into two stores, and what stands around it. */
export interface RotationStage {
  readonly postgres: Postgres;
  readonly shop: Shop;
  readonly vault: Vault;
  readonly stack: TestStack;
  /** Between Pulumi and the database; applications have a way of their own. */
  readonly database: TcpProxy;
  /** Between Pulumi and each store. */
  readonly stores: Readonly<Record<Mount, TcpProxy>>;
  declare(program: Declared): void;
  /** Gives Pulumi these rights and no others. */
  allow(rights: Rights): Promise<void>;
  /** What a store says. */
  stored(mount: Mount): Promise<StoredLogin>;
  /** Starts an application that uses a store. */
  application(mount: Mount): ReadingApplication;
  stop(): Promise<void>;
}

export async function rotationStage(name: string): Promise<RotationStage> {
  const vault = await startVault();
  const [postgres, project] = await Promise.all([startPostgres(18), packedProject()]);
  const shop = await withShop(postgres);
  const allow: RotationStage["allow"] = async (rights) => {
    const paths = mounts.map(
      (mount) => `path "${mount}/*" { capabilities = ${JSON.stringify(rights[mount])} }`,
    );
    await vault.api("PUT", "sys/policies/acl/pulumi", { policy: paths.join("\n") });
  };
  await vault.api("POST", "sys/mounts/second", { type: "kv", options: { version: "2" } });
  await allow({ secret: all, second: all });
  const token = { policies: ["pulumi"], no_default_policy: true };
  const { auth } = await vault.api<{ auth: { client_token: string } }>(
    "POST",
    "auth/token/create",
    token,
  );
  const stack = await testStack(project, name, { VAULT_TOKEN: auth.client_token });
  const [database, first, second] = await Promise.all(
    [postgres.port, vault.port, vault.port].map((port) => TcpProxy.open(port)),
  );
  if (!database || !first || !second) throw new Error("no proxies");
  const stores = { secret: first, second };
  const stored: RotationStage["stored"] = async (mount) => {
    const answer = await vault.api<{ data: { data: StoredLogin } }>(
      "GET",
      `${mount}/data/reporter`,
    );
    return answer.data.data;
  };
  return {
    ...{ postgres, shop, vault, stack, database, stores, allow, stored },
    declare({ timeoutSeconds, ...args }) {
      stack.program = async () => {
        const { Claim, Database, Stakeholder, VaultSecret } = project.integratedb;
        const connection = secret(database.through(shop.url));
        const stakeholder = new Stakeholder("reporter", {
          database: new Database("shop", { connection }),
          ...args,
        });
        new Claim("orders", { stakeholder, match: [{ path: "public.orders", fields: ["id"] }] });
        for (const mount of mounts) {
          const address = stores[mount].through(vault.url);
          const limit = mount === "second" && timeoutSeconds ? { timeoutSeconds } : {};
          new VaultSecret(mount, { stakeholder, name: "reporter", mount, address, ...limit });
        }
        const { username, password, credentialsVersion: version } = stakeholder;
        return { username, password, version };
      };
    },
    application: (mount) =>
      new ReadingApplication({
        read: () => stored(mount),
        url: ({ username, password }) => postgres.url(shop.name, username, password),
        query: "select id from orders",
      }),
    async stop() {
      await Promise.all([database, first, second].map((proxy) => proxy.close()));
      await Promise.all([vault.stop(), postgres.stop(), project.remove()]);
    },
  };
}
