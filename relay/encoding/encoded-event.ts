import { formatLsn } from "../stream/lsn.ts";
import { type ChangeEvent, dataMark, textOf } from "./change-event.ts";

/** Estimate of the bytes that an event takes beside its JSON. */
const OVERHEAD = 300;

export interface EventParts
  extends Pick<ChangeEvent, "lsn" | "index" | "type" | "key" | "committedAt" | "json"> {
  readonly keyAfter?: string | undefined;
  /** Where in `json` the attributes end. */
  readonly attributesEnd: number;
}

/** An event of which only its structured form is kept. */
export class EncodedEvent implements ChangeEvent {
  readonly lsn: bigint;
  readonly index: number;
  readonly type: string;
  readonly key: string;
  readonly keyAfter: string | undefined;
  readonly committedAt: number;
  readonly json: string;
  readonly #attributesEnd: number;

  constructor(parts: EventParts) {
    this.lsn = parts.lsn;
    this.index = parts.index;
    this.type = parts.type;
    this.key = parts.key;
    this.keyAfter = parts.keyAfter;
    this.committedAt = parts.committedAt;
    this.json = parts.json;
    this.#attributesEnd = parts.attributesEnd;
  }

  get id(): string {
    return `${formatLsn(this.lsn)}:${this.index}`;
  }

  get attributes(): string {
    return `${textOf(this.json.slice(0, this.#attributesEnd))}}`;
  }

  get data(): string {
    return textOf(this.json.slice(this.#attributesEnd + dataMark.length, -1));
  }

  get size(): number {
    return this.json.length + OVERHEAD;
  }
}
