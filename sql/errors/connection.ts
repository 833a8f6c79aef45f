import type { ErrorEntry } from "./entry.ts";

/** 11xx: connecting. */
export const connectionErrors = {
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
} as const satisfies Record<string, ErrorEntry>;
