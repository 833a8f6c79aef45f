import pg from "pg";
import { type ErrorCode, IntegrateDbError, isErrorCode } from "../../sql/errors.ts";
import { type Connection, describeConnection } from "./connection-form.ts";

/** SQLSTATEs, or the classes that they begin with, that have a code of their own. */
const codesOfStates: readonly (readonly [string, ErrorCode])[] = [
  ["28P01", "IDB1103"],
  ["28000", "IDB1108"],
  ["3D000", "IDB1104"],
  ["25006", "IDB1002"],
  ["42501", "IDB1004"],
  ["53300", "IDB1107"],
  ["57P03", "IDB1107"],
  ["57P", "IDB1106"],
  ["08", "IDB1106"],
  ["40001", "IDB1109"],
  ["40P01", "IDB1109"],
  ["55P03", "IDB1109"],
  ["57014", "IDB1109"],
];

const unreachable = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "ENOENT",
  "EACCES",
]);
const lost = new Set(["ECONNRESET", "EPIPE", "ERR_STREAM_DESTROYED"]);

/**
 * Turns whatever pg or the network threw into the project's error. The message, detail and hint
 * of Postgres are folded into one message; a password is never part of it.
 */
export function toIntegrateDbError(error: unknown, connection?: Connection): IntegrateDbError {
  if (error instanceof IntegrateDbError) return error;
  if (error instanceof pg.DatabaseError) return fromServer(error, connection);
  return fromClient(error, connection);
}

/** Whether the connection itself is unusable after this error. */
export function isLost(error: unknown): boolean {
  if (error instanceof IntegrateDbError) return error.code === "IDB1106";
  return toIntegrateDbError(error).code === "IDB1106";
}

/** Whether another attempt to connect, a moment later, may well succeed. */
export function isWorthConnectingAgain(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === "53300" || error.code === "57P03");
}

/**
 * Whether a transaction that failed with this error should be run again: serialisation failure,
 * deadlock, or two sessions that changed the grants of one object (XX000).
 */
export function isWorthRunningAgain(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  if (error.code === "40001" || error.code === "40P01") return true;
  return error.code === "XX000" && /tuple concurrently (updated|deleted)/.test(error.message);
}

function fromServer(error: pg.DatabaseError, connection?: Connection): IntegrateDbError {
  const [stated, ...rest] = (error.detail ?? "").split(/(?<=^IDB\d{4})\b[\s:.,]*/);
  const code = stated ?? "";
  if (isErrorCode(code)) {
    return new IntegrateDbError(code, sentences(error.message, rest.join("")), {
      remedy: error.hint,
      cause: error,
    });
  }
  const at = connection === undefined ? "" : ` (${describeConnection(connection)})`;
  const problem = sentences(error.message, error.detail);
  const own = codeOf(error);
  return new IntegrateDbError(own, `Postgres says${at}: ${problem}`, {
    found: error.code === undefined ? undefined : `SQLSTATE ${error.code}`,
    // To a function that is missing, Postgres suggests type casts.
    remedy: own === "IDB1111" ? undefined : error.hint,
    cause: error,
  });
}

function codeOf(error: pg.DatabaseError): ErrorCode {
  const state = error.code ?? "";
  const missing = ["42883", "42P01", "3F000"].includes(state);
  if (missing && error.message.includes("integratedb")) return "IDB1111";
  if (isWorthRunningAgain(error)) return "IDB1109";
  return codesOfStates.find(([prefix]) => state.startsWith(prefix))?.[1] ?? "IDB1110";
}

function fromClient(error: unknown, connection?: Connection): IntegrateDbError {
  const at = connection === undefined ? "the server" : describeConnection(connection);
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const found = code || message;
  if (message.startsWith("SASL") || message.includes("password must be a string")) {
    const none = message.includes("must be a string") || message.includes("must be a non-empty");
    const problem = `The password for ${at} ${none ? "is missing" : "was refused"}.`;
    return new IntegrateDbError("IDB1103", problem, { cause: error });
  }
  if (unreachable.has(code) || /timeout/.test(message)) {
    const problem = `No answer from ${at}.`;
    return new IntegrateDbError("IDB1102", problem, { found, cause: error });
  }
  if (/^(ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_|SELF_SIGNED|DEPTH_ZERO)|SSL/.test(found)) {
    const problem = `TLS with ${at} failed.`;
    return new IntegrateDbError("IDB1105", problem, { found: message, cause: error });
  }
  if (lost.has(code) || /^Connection terminated|not queryable/.test(message)) {
    const problem = `The connection to ${at} was lost.`;
    return new IntegrateDbError("IDB1106", problem, { found, cause: error });
  }
  return new IntegrateDbError("IDB1110", `Working with ${at} failed: ${message}`, { cause: error });
}

function sentences(...parts: readonly (string | undefined)[]): string {
  return parts
    .map((part) => part?.trim())
    .filter((part) => part !== undefined && part !== "")
    .map((part) => (/[.:!?)]$/.test(part ?? "") ? part : `${part}.`))
    .join(" ");
}
