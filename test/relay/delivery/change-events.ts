import { type ChangeEvent, jsonOf } from "../../../relay/encoding/change-event.ts";

export interface EventSpec {
  /** LSN of the commit; 1 by default. */
  readonly lsn?: bigint;
  readonly index?: number;
  /** What stands for the row's key. */
  readonly key?: string;
  /** `data.new` of the event. */
  readonly row?: Readonly<Record<string, unknown>>;
  readonly committedAt?: number;
}

/** An event as the encoding makes it. */
export function changeEvent(spec: EventSpec = {}): ChangeEvent {
  const { lsn = 1n, index = 0, key = "1", committedAt = Date.UTC(2026, 0, 31, 12) } = spec;
  const high = (lsn >> 32n).toString(16).toUpperCase();
  const low = (lsn & 0xffffffffn).toString(16).toUpperCase();
  const id = `${high}/${low}:${index}`;
  const type = "integratedb.row.inserted";
  const attributes = JSON.stringify({
    specversion: "1.0",
    id,
    source: "/integratedb/shop",
    type,
    subject: `public.orders/${key}`,
    time: new Date(committedAt).toISOString(),
    datacontenttype: "application/json",
  });
  const data = JSON.stringify({ new: spec.row ?? { id: key, status: "open" } });
  const json = jsonOf(attributes, data);
  const size = json.length + 200;
  return { id, type, key, lsn, index, committedAt, json, attributes, data, size };
}

/** One event a transaction, of `keys` keys in turn, in the order of commits. */
export function changeEvents(count: number, keys = 10, from = 1): ChangeEvent[] {
  return Array.from({ length: count }, (_, at) => {
    const number = from + at;
    return changeEvent({ lsn: BigInt(number), key: `k${number % keys}`, row: { number } });
  });
}
