import type { Transaction } from "../stream/change-handler.ts";
import { formatLsn } from "../stream/lsn.ts";

/** What the events of one transaction have in common, as pieces of their JSON. */
export interface TransactionText {
  readonly lsn: string;
  /** Up to the index in `id`. */
  readonly id: string;
  /** From there up to the index in `sequence`. */
  readonly sequence: string;
  /** From there on; attributes follow. */
  readonly time: string;
  /** The end of `data`, up to its index. */
  readonly data: string;
}

export function transactionText({ commitLsn, committedAt, xid }: Transaction): TransactionText {
  const lsn = formatLsn(commitLsn);
  const time = timeText(committedAt);
  return {
    lsn,
    id: `{"specversion":"1.0","id":"${lsn}:`,
    sequence: `","sequence":"${commitLsn.toString(16).toUpperCase().padStart(16, "0")}:`,
    time: `","time":"${time}",`,
    data: `"commitLsn":"${lsn}","commitTime":"${time}","xid":${xid},"index":`,
  };
}

/** ISO 8601 with microseconds. @param milliseconds since 1970, with a fraction */
export function timeText(milliseconds: number): string {
  const micros = Math.round(milliseconds * 1000);
  const whole = Math.floor(micros / 1000);
  const fraction = String(micros - whole * 1000).padStart(3, "0");
  return `${new Date(whole).toISOString().slice(0, -1)}${fraction}Z`;
}

const zeros = Array.from({ length: 11 }, (_, digits) => "0".repeat(10 - digits));

/** A number in ten digits, so that numbers sort as their texts do. */
export function padded(index: number): string {
  const digits = String(index);
  return zeros[digits.length] + digits;
}
