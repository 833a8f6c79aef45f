import pg from "pg";
import { RelayError } from "../running/relay-error.ts";
import { ServerError } from "./server-error.ts";

/** How the operating system and pg say that a connection was not made, or has ended. */
const connectionCodes =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_AGAIN|ERR_STREAM|ERR_SSL)/;
const connectionMessages =
  /connection terminated|timeout expired|read timeout|closed the connection|client has encountered a connection error/i;

/** Codes of what is over with the next session. */
const passing: ReadonlySet<string> = new Set(["IDB4015", "IDB4018", "IDB4020"]);

/** Classes of SQLSTATE that time does not heal: logins, databases, names and rights. */
const lasting = /^(28|3D|42)/;

/**
 * Whether an error says that the server was away, or refused for the moment, so that another try
 * can help.
 */
export function isInterruption(error: unknown): boolean {
  if (error instanceof RelayError) return passing.has(error.code);
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  if (error instanceof pg.DatabaseError || error instanceof ServerError) return !lasting.test(code);
  return connectionCodes.test(code) || connectionMessages.test(error.message);
}

/** The error with a code of this package, if it is about the connection or the slot; else as it is. */
export function explained(error: unknown): unknown {
  if (error instanceof RelayError || !(error instanceof Error)) return error;
  if (error instanceof pg.DatabaseError || error instanceof ServerError) {
    return explainedAnswer(error.code ?? "", error.message) ?? error;
  }
  return isInterruption(error) ? new RelayError("IDB4015", error.message) : error;
}

/** @param code SQLSTATE */
function explainedAnswer(code: string, message: string): RelayError | undefined {
  switch (code) {
    case "42P01":
    case "3F000":
      return new RelayError("IDB1111", message);
    case "42501":
      return new RelayError("IDB4014", message);
    // All slots are in use.
    case "53400":
      return new RelayError("IDB4013", message);
    default:
      return undefined;
  }
}
