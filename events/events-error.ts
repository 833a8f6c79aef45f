/** Why a message was not taken; each code is explained in docs/reference-errors.md. */
export type EventsErrorCode =
  | "IDB4201"
  | "IDB4202"
  | "IDB4203"
  | "IDB4204"
  | "IDB4205"
  | "IDB4206"
  | "IDB4207"
  | "IDB4208";

/** A message that was not taken. It never holds what the message says. */
export class EventsError extends Error {
  readonly code: EventsErrorCode;

  constructor(code: EventsErrorCode, problem: string) {
    super(`${code} ${problem}`);
    this.name = "EventsError";
    this.code = code;
  }
}
