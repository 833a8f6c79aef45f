import { Client, type ClientConfig, type Pool } from "pg";
import { endClient } from "../stream/end-client.ts";
import { atMost, Signal } from "./signal.ts";

export interface SpoolWatchOptions {
  readonly pool: Pool;
  /** For a connection of its own, which listens. */
  readonly connection: ClientConfig;
  /** Has a look at the spool of these channels. */
  look(channelIds: readonly number[]): void;
  onError?(error: unknown): void;
}

/** Channel of NOTIFY that says that the spool has got events from elsewhere. */
const topic = "integratedb_relay";
/** Milliseconds between two looks, since a notification can get lost with its connection. */
const interval = 30_000;

/**
 * Notices events that an operator put into the spool, to be delivered again: at once by NOTIFY
 * integratedb_relay, in any case within half a minute.
 *
 * @returns ends it
 */
export function watchSpool(options: SpoolWatchOptions): () => Promise<void> {
  const told = new Signal();
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  let hasStopped = false;
  let client: Client | undefined;

  const listen = async () => {
    client = new Client({ keepAlive: true, ...options.connection });
    const lost = () => {
      client = undefined;
    };
    client.on("error", lost).on("end", lost);
    client.on("notification", () => told.fire());
    const opened = client;
    try {
      await opened.connect();
      await opened.query(`listen ${topic}`);
    } catch (error) {
      client = undefined;
      await endClient(opened);
      throw error;
    }
  };

  const look = async () => {
    const { rows } = await options.pool.query<{ id: number }>(
      `select id from integratedb.channel c
       where exists (select from integratedb.spool s where s.channel_id = c.id)`,
    );
    if (rows.length > 0) options.look(rows.map(({ id }) => id));
  };

  const run = async () => {
    while (!hasStopped) {
      const next = told.next();
      try {
        if (client === undefined) await listen();
        await look();
      } catch (error) {
        options.onError?.(error);
      }
      await atMost(client === undefined ? interval / 10 : interval, Promise.race([next, stopped]));
    }
    if (client !== undefined) await endClient(client);
  };
  const running = run();

  return async () => {
    hasStopped = true;
    stop();
    await running;
  };
}
