import { tmpdir } from "node:os";
import type { Client, ClientConfig } from "pg";
import { LogicalReplicationService } from "pg-logical-replication";
import type { ChangeHandler } from "./change-handler.ts";
import { FramePump } from "./frame-pump.ts";
import { explained } from "./interruption.ts";
import { prepareSession, queryFrame, startReplication } from "./replication-session.ts";
import { openSpillFile } from "./spill-file.ts";
import { WalReceiver } from "./wal-receiver.ts";

const CONNECT_TIMEOUT = 10_000;

export interface ReadOptions {
  /** A login that has REPLICATION. */
  readonly connection: ClientConfig;
  readonly slot: string;
  readonly publications: readonly string[];
  readonly handler: ChangeHandler;
  /**
   * Whether the server sends large transactions before they have committed. Default: true. Without,
   * it keeps them itself, and a transaction comes only once it has been decoded as a whole.
   */
  readonly streaming?: boolean;
  /** Folder for what was sent of transactions before they have committed. Default: the system's. */
  readonly spillFolder?: string;
  /**
   * End (`endLsn`) of the last transaction that is durable downstream together with all that were
   * handed on before it; 0 when there is none. The server never sends again what lies before it.
   * Asked for once a second and more often, so it must be quick.
   */
  confirmed(): bigint;
  /** Ends the reading, between two changes. */
  readonly signal: AbortSignal;
  /**
   * What is waited for after the signal, while the server is still told what `confirmed` says; the
   * connection ends afterwards.
   */
  drain?(): Promise<void>;
  /** The slot may be another reader's by now: what it has been handed must go nowhere any more. */
  onLost?(): void | Promise<void>;
  /** The slot is this reader's; changes come once what is returned is settled. */
  onStart?(progress: ReadProgress): void | Promise<void>;
}

/** How far the reading is, at the moment that it is looked at. */
export interface ReadProgress {
  /** Up to where the stream has been received. */
  readonly receivedLsn: bigint;
  /** What the server was told that it need not send again; 0 before the first time. */
  readonly acknowledgedLsn: bigint;
  readonly bytesRead: number;
  /** Bytes in the spill folder, of transactions that have not committed. */
  readonly spilledBytes: number;
  /** Whether the handler holds up the reading. */
  readonly isHeld: boolean;
}

/**
 * Reads the changes that a slot has not confirmed, on one connection, and hands them to the handler
 * in the order of their commits, until the signal. A transaction that was begun and not committed
 * when it ends comes again on the next connection, with the same positions.
 *
 * @throws RelayError IDB4015 when the connection cannot be made, breaks or falls silent, IDB4017,
 *   IDB4018, ServerError when the server refuses, and what the handler throws
 */
export async function readChanges(options: ReadOptions): Promise<void> {
  const { connection, slot, publications, signal } = options;
  const { streaming = true, spillFolder = tmpdir() } = options;
  if (signal.aborted) return;
  // Better now than at the first large transaction.
  if (streaming) await (await openSpillFile(spillFolder)).close();
  const pump = new FramePump();
  const service = new LogicalReplicationService(
    {
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      ...connection,
      stream: () => pump.socket,
    },
    { acknowledge: { auto: false, timeoutSeconds: 0 } },
  );
  // What ends the connection ends the pump too, which says more.
  service.on("error", () => undefined);
  const abort = () => pump.socket.destroy();
  signal.addEventListener("abort", abort, { once: true });
  const start = async (client: Client) => {
    const timeout = await prepareSession(client);
    const receiver = new WalReceiver(pump, timeout, spillFolder, options);
    pump.takeOver(client.connection.stream, receiver.onFrame);
    signal.removeEventListener("abort", abort);
    pump.send(queryFrame(startReplication(client, slot, publications, streaming)));
    await receiver.run();
    await pump.close();
  };
  try {
    await service.subscribe({ options: {}, name: "pgoutput", parse: () => undefined, start }, slot);
  } catch (error) {
    if (!signal.aborted) throw explained(error);
  } finally {
    signal.removeEventListener("abort", abort);
    pump.socket.destroy();
    await service.destroy();
  }
}
