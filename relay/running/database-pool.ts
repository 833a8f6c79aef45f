import { Socket } from "node:net";
import { type ClientConfig, Pool } from "pg";

export interface PoolOptions {
  readonly connection: ClientConfig;
  readonly max: number;
  /** Milliseconds without a word from the server after which a statement counts as lost. */
  readonly silence: number;
  /** A connection was lost that nobody used. */
  onLost(error: Error): void;
}

/**
 * The connections for everything but the reading. None waits for ever for a server that is gone
 * without having said so, as when a network forgets a connection.
 */
export function openPool({ connection, max, silence, onLost }: PoolOptions): Pool {
  const pool = new Pool({
    ...connection,
    max,
    // Before the silence of a connection that has nothing to do could be mistaken.
    idleTimeoutMillis: Math.min(10_000, silence / 2),
    stream: () => {
      const socket = new Socket();
      return socket.setTimeout(silence, () => socket.destroy(lost(silence)));
    },
  });
  pool.on("error", onLost);
  return pool;
}

function lost(silence: number): Error {
  const message = `no answer from the database within ${silence / 1000} s`;
  return Object.assign(new Error(message), { code: "ETIMEDOUT" });
}
