import type { Transaction } from "../stream/change-handler.ts";
import { formatLsn } from "../stream/lsn.ts";

/** What the events of one transaction have in common, as pieces of their JSON. */
export interface TransactionText {
  /** Up to the index in `id`. */
  readonly id: Buffer;
  /** From there up to the index in `sequence`. */
  readonly sequence: Buffer;
  /** From there on; attributes follow. */
  readonly time: Buffer;
  /** The end of `data`, up to its index. */
  readonly data: Buffer;
}

export function transactionText({ commitLsn, committedAt, xid }: Transaction): TransactionText {
  const lsn = formatLsn(commitLsn);
  const time = timeText(committedAt);
  return {
    id: Buffer.from(`{"specversion":"1.0","id":"${lsn}:`),
    sequence: Buffer.from(
      `","sequence":"${commitLsn.toString(16).toUpperCase().padStart(16, "0")}:`,
    ),
    time: Buffer.from(`","time":"${time}",`),
    data: Buffer.from(`"commitLsn":"${lsn}","commitTime":"${time}","xid":${xid},"index":`),
  };
}

let lastSecond = Number.NaN;
/** The second as ISO 8601, up to its fraction. */
let secondText = "";

/** ISO 8601 with microseconds. @param milliseconds since 1970, with a fraction */
export function timeText(milliseconds: number): string {
  const micros = Math.round(milliseconds * 1000);
  const second = Math.floor(micros / 1_000_000);
  if (second !== lastSecond) {
    lastSecond = second;
    secondText = new Date(second * 1000).toISOString().slice(0, -4);
  }
  return `${secondText}${String(micros - second * 1_000_000).padStart(6, "0")}Z`;
}
