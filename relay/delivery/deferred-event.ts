import type { ChangeEvent, Position } from "../encoding/change-event.ts";
import { formatLsn } from "../stream/lsn.ts";

/** What is known of an event that is left in the spool. */
export interface DeferredParts extends Position {
  readonly type: string;
  readonly key: string;
  readonly keyAfter: string | undefined;
  readonly committedAt: number;
  /** Of its structured form. */
  readonly bytes: number;
  /** Reads it; undefined if it is there no more. */
  load(): Promise<ChangeEvent | undefined>;
}

/** Estimate of the bytes that it takes in memory. */
const OVERHEAD = 300;

/** An event so large that it stays in the spool until the moment that it is sent. */
export class DeferredEvent implements ChangeEvent {
  readonly lsn: bigint;
  readonly index: number;
  readonly type: string;
  readonly key: string;
  readonly keyAfter: string | undefined;
  readonly committedAt: number;
  readonly bytes: number;
  readonly size = OVERHEAD;
  readonly load: () => Promise<ChangeEvent | undefined>;

  constructor(parts: DeferredParts) {
    this.lsn = parts.lsn;
    this.index = parts.index;
    this.type = parts.type;
    this.key = parts.key;
    this.keyAfter = parts.keyAfter;
    this.committedAt = parts.committedAt;
    this.bytes = parts.bytes;
    this.load = parts.load;
  }

  get id(): string {
    return `${formatLsn(this.lsn)}:${this.index}`;
  }

  get json(): never {
    throw new Error(`event ${this.id} is in the spool`);
  }

  get attributes(): never {
    return this.json;
  }

  get data(): never {
    return this.json;
  }
}

/** Bytes of the structured form. */
export function storedBytes(event: ChangeEvent): number {
  return event instanceof DeferredEvent ? event.bytes : event.json.length;
}
