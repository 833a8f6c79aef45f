/** What the server said in an ErrorResponse. */
export class ServerError extends Error {
  /** SQLSTATE. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "ServerError";
    this.code = code;
  }
}

/**
 * Reads the body of an ErrorResponse: fields of a type byte and a text that a zero ends.
 *
 * https://www.postgresql.org/docs/current/protocol-error-fields.html
 */
export function readServerError(bytes: Buffer, start: number, end: number): ServerError {
  const fields = new Map<string, string>();
  for (let at = start; at < end && bytes[at] !== 0; ) {
    const fieldEnd = bytes.indexOf(0, at + 1);
    fields.set(String.fromCharCode(bytes[at] as number), bytes.toString("utf8", at + 1, fieldEnd));
    at = fieldEnd + 1;
  }
  return new ServerError(fields.get("C") ?? "XX000", fields.get("M") ?? "no message");
}
