import { secret } from "@pulumi/pulumi";
import type { Database } from "../../components/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { Receiver } from "../relay/receiver.ts";
import { catalogOf } from "./catalog.ts";
import { type PackedProject, packedProject } from "./packed-project.ts";
import { type Shop, withShop } from "./shop.ts";
import { type TestStack, testStack } from "./stack.ts";

/** A shop, a stack that declares a relay for it, and who is told of its orders. */
export interface RelayedShop {
  readonly postgres: Postgres;
  readonly project: PackedProject;
  readonly shop: Shop;
  readonly stack: TestStack;
  readonly receiver: Receiver;
  /** The catalog of the shop without anything of this package. */
  readonly before: string;
  /** In the program: the database, and a notification of its orders for a receiver with that URL. */
  declare(url: string): Database;
  stop(): Promise<void>;
}

export async function relayedShop(name: string): Promise<RelayedShop> {
  const settings = { wal_level: "logical", log_statement: "all" };
  const [postgres, project, receiver] = await Promise.all([
    startPostgres(18, { settings }),
    packedProject(),
    Receiver.start(),
  ]);
  const shop = await withShop(postgres);
  const stack = await testStack(project, name);
  return {
    postgres,
    project,
    shop,
    stack,
    receiver,
    before: await catalogOf(shop),
    declare(url) {
      const { Claim, Database, Notification, Stakeholder } = project.integratedb;
      const database = new Database("shop", { connection: secret(shop.url) });
      const stakeholder = new Stakeholder("reporter", { database });
      const match = [{ path: "public.orders", fields: ["id", "status"] }];
      new Claim("orders", { stakeholder, match });
      const hook = { type: "webhook", url, mode: "batch" } as const;
      new Notification("changes", { stakeholder, match, channels: { hook } });
      return database;
    },
    async stop() {
      await receiver.stop();
      await Promise.all([postgres.stop(), project.remove()]);
    },
  };
}
