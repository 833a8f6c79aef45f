/** One row of the registry: what a code means, and what its reader can do about it. */
interface ErrorEntry {
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
}

/**
 * Every error that a user can cause, by its stable code. 10xx the server and the engine,
 * 11xx connecting, 12xx the inputs of Pulumi resources, 13xx the command `integratedb`.
 */
export const errors = {
  IDB1001: {
    title: "PostgreSQL too old",
    meaning: "The server is older than PostgreSQL 14, the oldest release that is supported.",
    remedy: "Upgrade the server to PostgreSQL 14 or newer.",
  },
  IDB1002: {
    title: "Database is read-only",
    meaning: "The server is a standby, or its transactions are read-only by default.",
    remedy: "Connect to the primary, with a role whose default_transaction_read_only is off.",
  },
  IDB1003: {
    title: "Engine newer than this package",
    meaning: "A newer release of this package has installed the engine in this database.",
    remedy: "Upgrade @integratedb/pulumi to the version of the engine or a later one.",
  },
  IDB1004: {
    title: "Right missing",
    meaning: "The connecting role lacks a right that the operation needs.",
    remedy: "Let an administrator grant the right to the connecting role, then try again.",
  },
  IDB1101: {
    title: "Connection malformed",
    meaning: "A connection is neither a URL of Postgres nor an object of its parts.",
    remedy: "Correct the part that is named; percent-encode reserved characters in a URL.",
  },
  IDB1102: {
    title: "Server unreachable",
    meaning: "Nothing answered at the host and port of the connection.",
    remedy: "Check host and port, that the server runs, and that no firewall stands between.",
  },
  IDB1103: {
    title: "Password refused",
    meaning: "The server knows no such user, or not with this password.",
    remedy: "Check the user and the password of the connection.",
  },
  IDB1104: {
    title: "No such database",
    meaning: "The server has no database of the name in the connection.",
    remedy: "Check the name, or create the database first.",
  },
  IDB1105: {
    title: "TLS failed",
    meaning: "Server and client could not agree on TLS, or the certificate was not trusted.",
    remedy: "Check sslmode, the certificate authority (ssl.ca) and the server's name.",
  },
  IDB1106: {
    title: "Connection lost",
    meaning: "The server went away while it was working. Its transaction was rolled back.",
    remedy: "Run the same command again once the server is back.",
  },
  IDB1107: {
    title: "Server busy",
    meaning: "The server has no connection free, or is starting up or shutting down.",
    remedy: "Wait and try again, or raise max_connections.",
  },
  IDB1108: {
    title: "Client refused",
    meaning: "The server's pg_hba.conf does not admit this user from this address.",
    remedy: "Add an entry to pg_hba.conf, or set sslmode=require if only TLS is admitted.",
  },
  IDB1109: {
    title: "Still in conflict",
    meaning: "Other transactions held or changed the same objects at every attempt.",
    remedy: "End long-running transactions (see pg_stat_activity), then try again.",
  },
  IDB1110: {
    title: "Postgres error",
    meaning: "Postgres refused the operation for a reason that has no code of its own here.",
    remedy: "Read the message of Postgres, which is repeated in full.",
  },
  IDB1111: {
    title: "Engine not installed",
    meaning: "The database has no IntegrateDB engine, or one that lacks this function.",
    remedy: "Declare a Database for it, or run `integratedb install`.",
  },
  IDB1201: {
    title: "Input of a resource malformed",
    meaning: "A property of a Database, Stakeholder or Claim has not the form that it must have.",
    remedy: "Correct the property that is named.",
  },
  IDB1202: {
    title: "Stakeholder file malformed",
    meaning: "A file of `stakeholdersFrom` has an unknown key or a value of the wrong form.",
    remedy: "Correct the file at the line and column that is named.",
  },
  IDB1203: {
    title: "Stakeholder already registered",
    meaning: "Something else registered a stakeholder of this name: a program, or a person by hand.",
    remedy: "Choose another name, or set `adopt: true` to manage that one from here.",
  },
  IDB1204: {
    title: "Database in use",
    meaning: "The engine cannot be removed while stakeholders of other programs are registered.",
    remedy: "Destroy their stacks first, or set `deletion: \"cascade\"` on the Database and run `up`.",
  },
  IDB1205: {
    title: "Claim already registered",
    meaning: "The stakeholder has a claim of this name, with other content, from something else.",
    remedy: "Choose another name, or set `adopt: true` to replace that claim.",
  },
  IDB1301: {
    title: "Command line wrong",
    meaning: "The command does not exist, or does not take the option or argument.",
    remedy: "Run `integratedb --help`, or `integratedb <command> --help`.",
  },
  IDB1302: {
    title: "No database named",
    meaning: "Neither --url, nor DATABASE_URL, nor any of the PG* variables is set.",
    remedy: "Set DATABASE_URL, or PGHOST, PGUSER, PGPASSWORD and PGDATABASE.",
  },
  IDB1303: {
    title: "Engine in use",
    meaning: "Uninstalling would drop stakeholders that are registered, and their access.",
    remedy: "Run `integratedb uninstall --yes` if that is what you want.",
  },
} as const satisfies Record<string, ErrorEntry>;

/** A stable code of the registry, such as `IDB1102`. */
export type ErrorCode = keyof typeof errors;

/** What an error can say beside its sentence; `remedy` defaults to the one of the registry. */
export interface ErrorDetails {
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
}

/**
 * An error that a user can cause and resolve. The message alone holds everything (code, what is
 * wrong, expected, found, what to do next), since Pulumi shows nothing else of an error.
 */
export class IntegrateDbError extends Error {
  readonly code: ErrorCode;
  /** The sentence that says what is wrong, without the rest of the message. */
  readonly problem: string;
  readonly expected?: string;
  readonly found?: string;
  readonly remedy: string;

  constructor(code: ErrorCode, problem: string, details: ErrorDetails = {}) {
    const remedy = details.remedy ?? errors[code].remedy;
    const clauses = [
      details.expected === undefined ? undefined : `Expected: ${details.expected}.`,
      details.found === undefined ? undefined : `Found: ${details.found}.`,
      remedy,
    ];
    const sentences = [problem, ...clauses.filter((clause) => clause !== undefined)];
    super(`${code} ${sentences.join(" ")}`, { cause: details.cause });
    this.name = "IntegrateDbError";
    this.code = code;
    this.problem = problem;
    if (details.expected !== undefined) this.expected = details.expected;
    if (details.found !== undefined) this.found = details.found;
    this.remedy = remedy;
  }
}

/** Whether a text, for instance from the DETAIL of a Postgres error, is a code of the registry. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errors, text);
}
