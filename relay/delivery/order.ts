import type { ChangeEvent, Position } from "../encoding/change-event.ts";

/** Before the first position that there can be. */
export const origin: Position = { lsn: 0n, index: -1 };

/** Whether `left` was committed before `right`. */
export function isBefore(left: Position, right: Position): boolean {
  return left.lsn < right.lsn || (left.lsn === right.lsn && left.index < right.index);
}

/**
 * Asserts that an event which comes at the position of the last one is that very event: two of one
 * position would have one id, and the second would be taken for a repetition and get lost.
 *
 * @param last the event, or its position alone
 */
export function requireSame(last: Position | ChangeEvent, event: ChangeEvent): void {
  if (last.lsn !== event.lsn || last.index !== event.index) return;
  if (!("json" in last) || last.json === event.json) return;
  throw new Error(`a channel was given two events with the id ${event.id}`);
}

/** For sorting into the order of commits. */
export function byPosition(left: Position, right: Position): number {
  if (left.lsn !== right.lsn) return left.lsn < right.lsn ? -1 : 1;
  return left.index - right.index;
}

/** The earlier one of two positions that may be missing. */
export function earlier<P extends Position>(
  left: P | undefined,
  right: P | undefined,
): P | undefined {
  if (left === undefined) return right;
  if (right === undefined) return left;
  return isBefore(right, left) ? right : left;
}

/** Everything before `position`, as the last position that is part of it. */
export function justBefore({ lsn, index }: Position): Position {
  return { lsn, index: index - 1 };
}

/** Which of `count` partitions a key belongs to. */
export function partitionOf(key: string, count: number): number {
  if (count === 1) return 0;
  // FNV-1a
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0) % count;
}
