import type { Event } from "./arrivals.ts";

export interface Position {
  readonly lsn: bigint;
  readonly index: number;
}

/** Of an id, as `0/16B3748:0`. */
export function positionOf({ id }: Pick<Event, "id">): Position {
  const [, high = "", low = "", index = ""] = /^([0-9A-F]+)\/([0-9A-F]+):(\d+)$/.exec(id) ?? [];
  if (index === "") throw new Error(`not an id: ${id}`);
  return { lsn: lsnOf(`${high}/${low}`), index: Number(index) };
}

export function lsnOf(text: string): bigint {
  const [high = "0", low = "0"] = text.split("/");
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

export function byPosition(left: Event, right: Event): number {
  const [one, other] = [positionOf(left), positionOf(right)];
  if (one.lsn !== other.lsn) return one.lsn < other.lsn ? -1 : 1;
  return one.index - other.index;
}

export function isBefore(event: Event, other: Event): boolean {
  return byPosition(event, other) < 0;
}
