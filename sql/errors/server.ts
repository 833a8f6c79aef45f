import type { ErrorEntry } from "./entry.ts";

/** 10xx: the server, and the engine in it. */
export const serverErrors = {
  IDB1001: {
    title: "The server is too old",
    meaning: "The engine needs PostgreSQL 14 or newer.",
    remedy: "Upgrade the server.",
  },
  IDB1002: {
    title: "The server is read-only",
    meaning: "The connection leads to a standby, or the transaction is read-only.",
    remedy: "Connect to the primary, with default_transaction_read_only off.",
  },
  IDB1003: {
    title: "The engine in the database is newer",
    meaning:
      "Another program has installed a newer version of the engine; an older one never replaces it.",
    remedy:
      "Upgrade @integratedb/pulumi in this program to the version in the database, or a newer one.",
  },
  IDB1004: {
    title: "A right is missing",
    meaning:
      "The login, or the role that owns the engine, lacks a right that this needs. The engine belongs to the owner of the schema integratedb.",
    remedy:
      "Run the statement in the message as the role that it names; without one, connect as the owner of the schema integratedb.",
  },
  IDB1005: {
    title: "The schema integratedb belongs to something else",
    meaning: "The database has a schema named integratedb that this engine did not make.",
    remedy: "Rename or drop that schema.",
  },
} as const satisfies Record<string, ErrorEntry>;
