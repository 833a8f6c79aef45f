import { setTimeout as sleep } from "node:timers/promises";
import pg, { type Client, type ClientConfig } from "pg";
import { endClient } from "./end-client.ts";
import { explained } from "./interruption.ts";
import { makeSlot } from "./make-slot.ts";
import { readSlotState, type SlotState } from "./slot-state.ts";
import { judgeSlot } from "./slot-verdict.ts";

/** Milliseconds between two looks at a slot that another relay reads. */
const POLL = 300;

export interface SlotOptions {
  readonly connection: ClientConfig;
  readonly slot: string;
  readonly publications: readonly string[];
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Called once, when it must wait: another relay reads the slot, or is about to make it. */
  onWaiting?(): void;
}

/** Where reading begins. */
export interface SlotStart {
  /** Everything that was committed before it was delivered, or is part of the gap. */
  readonly lsn: bigint;
  /** The registry's revision as of there. */
  readonly revision: bigint;
  /**
   * Changes that were lost, as an operator has accepted, and that receivers must be told of. It is
   * there at each start until `relay_position.gap` is null, which is for the caller to see to, once
   * it has told them durably.
   */
  readonly gap?: Gap;
}

/** The changes that were committed behind one position and up to another one. */
export interface Gap {
  readonly from: bigint;
  readonly to: bigint;
  /** Why the slot was lost. */
  readonly reason: string;
}

/**
 * Waits until the slot can be read, and makes it if it was never made: with failover, where the
 * server has it (17 and newer). A slot that was lost is replaced only if an operator wants it:
 * `relay_position.gap` is an object without `to`. Then it gets `from`, `to` and `reason`.
 *
 * @returns where to begin; undefined when the signal came first
 * @throws RelayError IDB4010 to IDB4015, IDB4019, IDB1111
 */
export async function prepareSlot(options: SlotOptions): Promise<SlotStart | undefined> {
  const { connection, slot, publications, signal } = options;
  if (signal.aborted) return undefined;
  const client = new pg.Client({ connectionTimeoutMillis: 10_000, ...connection });
  client.on("error", () => undefined);
  try {
    await client.connect();
    let isTold = false;
    while (!signal.aborted) {
      const state = await readSlotState(client, slot, publications);
      const { action } = judgeSlot(slot, publications, state);
      if (action === "read") return startOf(state);
      if (action === "make" && (await lock(client, slot))) {
        await makeOnce(client, options);
        continue;
      }
      if (!isTold) options.onWaiting?.();
      isTold = true;
      await sleep(POLL, undefined, { signal }).catch(() => undefined);
    }
    return undefined;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw explained(error);
  } finally {
    await endClient(client);
  }
}

/** For as long as the connection lasts; a lock of a transaction would be waited for by the slot. */
async function lock(client: Client, slot: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    "SELECT pg_try_advisory_lock(hashtextextended('integratedb relay slot ' || $1, 0)) AS locked",
    [slot],
  );
  return rows[0]?.locked === true;
}

/** Makes the slot, unless another relay has done so before the lock was ours. */
async function makeOnce(client: Client, options: SlotOptions): Promise<void> {
  const { slot, publications } = options;
  const state = await readSlotState(client, slot, publications);
  const verdict = judgeSlot(slot, publications, state);
  if (verdict.action === "make") await makeSlot(client, options, state, verdict.reason);
}

function startOf({ position }: SlotState): SlotStart {
  if (!position) throw new Error("a slot without a position is not read");
  const { lsn, revision, gap } = position;
  if (gap?.from === undefined || gap.to === undefined) return { lsn, revision };
  return { lsn, revision, gap: { from: gap.from, to: gap.to, reason: gap.reason ?? "" } };
}
