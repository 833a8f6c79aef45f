export { deduplicate, type Once, RecentIds, type SeenStore } from "./deduplicate.ts";
export {
  type DeletedEvent,
  type Event,
  type GapEvent,
  type InsertedEvent,
  type JsonValue,
  type Row,
  type RowEvent,
  rowEventOf,
  type TruncatedEvent,
  type UpdatedEvent,
} from "./event.ts";
export { EventsError, type EventsErrorCode } from "./events-error.ts";
export type { HeaderSource } from "./headers.ts";
export { compareEvents } from "./order.ts";
export { type ParseOptions, parse, parseEvent } from "./parse.ts";
export { readBody } from "./read-body.ts";
export { type VerifiedMessage, type VerifyOptions, verify } from "./verify.ts";
