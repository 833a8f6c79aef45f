import { RelayError } from "../running/relay-error.ts";
import { formatLsn } from "./lsn.ts";
import type { SlotState } from "./slot-state.ts";

/** What the relay does about its slot. */
export type SlotVerdict =
  | { readonly action: "read" }
  /** Another relay reads it. */
  | { readonly action: "wait" }
  /** There is none yet, or what is missed by a new one was accepted. */
  | { readonly action: "make"; readonly reason: string };

/** Why a slot was lost, by `invalidation_reason`. */
const reasons: Readonly<Record<string, string>> = {
  wal_removed: "its WAL grew beyond max_slot_wal_keep_size and was removed",
  rows_removed: "rows of the catalog that it needs were removed",
  wal_level_insufficient: "wal_level was not logical for a while",
  idle_timeout: "it was not read for longer than idle_replication_slot_timeout",
};

/**
 * Judges a slot by its name. A position of 0/0 is that of a slot that was about to be made.
 *
 * @throws RelayError when a person must decide: never is a slot replaced without one. IDB4010 it is
 *   lost, IDB4011 it is not this relay's, IDB4012 no publication, IDB4019 a standby
 */
export function judgeSlot(name: string, wanted: readonly string[], state: SlotState): SlotVerdict {
  const { slot, position } = state;
  if (state.isStandby) {
    throw new RelayError("IDB4019", "expected the primary server, found a standby");
  }
  requirePublications(wanted, state.publications);
  if (slot) requireOurs(name, slot, state);
  if (slot?.active_pid != null) return { action: "wait" };
  const loss = slot
    ? lossOf(slot)
    : "there is no slot of that name: it was dropped, or a failover left it behind";
  const isAccepted = position?.gap != null && position.gap.to === undefined;
  if (position === null || position.lsn === 0n || isAccepted) {
    return { action: "make", reason: loss ?? "it was given up, although it could be read" };
  }
  if (loss !== undefined) throw lost(name, loss, position.lsn, state.written);
  return { action: "read" };
}

function requirePublications(wanted: readonly string[], found: readonly string[]): void {
  const missing = wanted.filter((name) => !found.includes(name));
  if (missing.length === 0) return;
  throw new RelayError("IDB4012", `expected the publication ${missing.join(" and ")}, found none`);
}

function requireOurs(
  name: string,
  slot: NonNullable<SlotState["slot"]>,
  { database, position }: SlotState,
): void {
  const others: readonly (readonly [boolean, string])[] = [
    [slot.slot_type !== "logical", `a ${slot.slot_type} slot`],
    [slot.plugin !== "pgoutput", `one of the plug-in ${slot.plugin}`],
    [slot.database !== database, `one of the database ${slot.database}`],
    [slot.temporary, "a temporary one"],
    [slot.two_phase, "one with two_phase"],
    [position === null, "one that no relay of this database has made"],
  ];
  const found = others.find(([is]) => is)?.[1];
  if (found === undefined) return;
  throw new RelayError(
    "IDB4011",
    `slot ${name}: expected one of the plug-in pgoutput and the database ${database}, found ${found}`,
  );
}

function lossOf(slot: NonNullable<SlotState["slot"]>): string | undefined {
  const reason = slot.invalidation_reason;
  if (reason) return reasons[reason] ?? reason;
  if (slot.wal_status === "lost") return reasons["wal_removed"];
  return slot.conflicting ? reasons["rows_removed"] : undefined;
}

function lost(name: string, reason: string, from: bigint, written: bigint | null): RelayError {
  const to = written ?? from;
  const megabytes = (Number(to - from) / 2 ** 20).toFixed(1);
  return new RelayError(
    "IDB4010",
    `slot ${name} is lost: ${reason}. What was committed behind ${formatLsn(from)} was not delivered, except for what was under way; up to ${formatLsn(to)}, where the server is now, that is ${megabytes} MB of WAL. To go on without it, and to have every receiver told: integratedb relay accept-gap`,
  );
}
