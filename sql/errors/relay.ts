import type { ErrorEntry } from "./entry.ts";

/** 40xx: the start, the slot and the registry of the relay. */
export const relayErrors = {
  IDB4001: {
    title: "A setting of the relay is missing or wrong",
    meaning:
      "An environment variable INTEGRATEDB_RELAY_… is not set, or has a value that it cannot have.",
    remedy: "Set the variables that are named; docs/reference-relay.md lists them all.",
  },
  IDB4002: {
    title: "The relay's key is another one",
    meaning:
      "Secrets of channels are sealed to a public key in the database, and the relay was given the private half of another.",
    remedy: "Give the relay the `relayKey` of the Database that is in use.",
  },
  IDB4010: {
    title: "The relay's slot is lost",
    meaning:
      "The server dropped or invalidated the replication slot, so that changes may be missing. The relay never makes a new one by itself, since nobody would know what was missed.",
    remedy:
      "Run `integratedb relay accept-gap`: the relay then makes a new slot and sends every channel an event of type integratedb.gap that names what was missed. Raise max_slot_wal_keep_size, or keep the relay running.",
  },
  IDB4011: {
    title: "The slot is not this relay's",
    meaning:
      "A replication slot of the relay's name exists that has another plug-in or database, or that no relay of this database has made.",
    remedy:
      "Give the relay another name of a slot (INTEGRATEDB_RELAY_SLOT), or drop the slot if nobody reads it.",
  },
  IDB4012: {
    title: "The relay's publication is missing",
    meaning:
      "The engine makes the publications integratedb and integratedb_insert; one of them is not there.",
    remedy:
      "Run SELECT integratedb.grant_relay(…) again as the owner of the engine: it makes them.",
  },
  IDB4013: {
    title: "The relay cannot make its slot",
    meaning: "wal_level is not logical, or all replication slots are in use.",
    remedy:
      "Set wal_level to logical (rds.logical_replication and the like on managed servers) and max_replication_slots high enough. `integratedb doctor` says what is missing.",
  },
  IDB4014: {
    title: "The relay's login lacks a right",
    meaning: "It needs REPLICATION, and what integratedb.grant_relay gives.",
    remedy:
      "Run ALTER ROLE … REPLICATION (on managed servers, grant their role for it, such as rds_replication), and SELECT integratedb.grant_relay('…').",
  },
  IDB4015: {
    title: "The relay's connection to the database broke",
    meaning:
      "The server cannot be reached, ended the connection, or has been silent for twice its wal_sender_timeout.",
    remedy:
      "Nothing, if it happens now and then: the relay connects again and goes on where it was. Else look at the server and at the network between.",
  },
  IDB4016: {
    title: "The relay does not understand the stream",
    meaning: "The server sent something that the plug-in pgoutput does not send.",
    remedy: "Check the version of the server (PostgreSQL 14 or newer), and report it.",
  },
  IDB4017: {
    title: "The publication is younger than what is to be read",
    meaning:
      "The server decodes each change with the catalog of its time, and at the slot's position the publication did not exist: it was dropped and made again.",
    remedy:
      "What was committed before the publication was made again cannot be delivered. Drop the slot (SELECT pg_drop_replication_slot('…')), then run `integratedb relay accept-gap`.",
  },
  IDB4018: {
    title: "The relay cannot write to its spill folder",
    meaning:
      "Large transactions are kept in a folder until they commit, and it is full, missing or not writable.",
    remedy:
      "Give the relay a writable folder (INTEGRATEDB_RELAY_SPILL_FOLDER) as large as the largest transaction, or set INTEGRATEDB_RELAY_STREAMING to off; nothing is lost, it reads the transaction again.",
  },
  IDB4019: {
    title: "The relay is connected to a standby",
    meaning: "It keeps its position and its spool in the database, which takes no writes.",
    remedy: "Connect it to the primary server.",
  },
  IDB4020: {
    title: "Another relay has taken over",
    meaning:
      "The position that this relay keeps in the database was moved by somebody else: another relay has had the slot meanwhile, as after a network that was cut for longer than the server waits. What this relay knows is not current any more.",
    remedy:
      "Nothing: it begins a new session, waits for the slot, and takes over where the other relay ends. If it comes again and again, two relays run with one slot's name on different servers, or somebody edits integratedb.relay_position.",
  },
} as const satisfies Record<string, ErrorEntry>;
