import type { ErrorEntry } from "./entry.ts";

/** 12xx: the inputs of Pulumi resources. */
export const inputErrors = {
  IDB1201: {
    title: "Input of a resource malformed",
    meaning:
      "A property of a Database, Stakeholder, Claim, Notification or relay has not the form that it must have.",
    remedy: "Correct the property that is named.",
  },
  IDB1202: {
    title: "Stakeholder file malformed",
    meaning: "A file of `stakeholdersFrom` has an unknown key or a value of the wrong form.",
    remedy: "Correct the file at the line and column that is named.",
  },
  IDB1203: {
    title: "Stakeholder already registered",
    meaning:
      "Something else registered a stakeholder of this name: a program, or a person by hand.",
    remedy: "Choose another name, or set `adopt: true` to manage that one from here.",
  },
  IDB1204: {
    title: "Database in use",
    meaning: "The engine cannot be removed while stakeholders of other programs are registered.",
    remedy:
      'Destroy their stacks first, or set `deletion: "cascade"` on the Database and run `up`.',
  },
  IDB1205: {
    title: "Claim already registered",
    meaning: "The stakeholder has a claim of this name, with other content, from something else.",
    remedy: "Choose another name, or set `adopt: true` to replace that claim.",
  },
  IDB1206: {
    title: "Notification already registered",
    meaning:
      "The stakeholder has a notification of this name, with other content, from something else.",
    remedy: "Choose another name, or set `adopt: true` to replace that notification.",
  },
  IDB1207: {
    title: "Relay already there",
    meaning: "The database has a login or a replication slot of this relay's name already.",
    remedy:
      "Choose another `slot`, or set `adopt: true` to manage the login and slot that are there from here.",
  },
  IDB1208: {
    title: "Events are undelivered",
    meaning:
      "Deleting the relay drops its slot and its login, and what it has not delivered yet would be lost.",
    remedy:
      'Let it deliver first, or mend the receiver that takes nothing (`integratedb channels`); or set `deletion: "drop"` on the relay, run `up`, and delete it then.',
  },
  IDB1209: {
    title: "Relay and engine do not fit",
    meaning: "The relay's image and the engine in the database are of different releases.",
    remedy:
      "Leave `image` out, or give the one of the engine's version; upgrade the package in the program that lags behind.",
  },
  IDB1210: {
    title: "The slot is held",
    meaning: "A slot that is read by another relay can be neither dropped nor read.",
    remedy:
      "Stop the relay that reads it, or give this one another `slot`. pg_stat_replication shows from where it is read.",
  },
  IDB1211: {
    title: "The relay's key is not known",
    meaning:
      "Secrets of channels are sealed to a key in the database, and only who made it has the private half that the relay needs.",
    remedy:
      "Give the relay's `key`: the `relayKey` of the stack that made it, or what `integratedb keygen` printed.",
  },
  IDB1231: {
    title: "A package of Pulumi is not installed",
    meaning:
      "The component is made of resources of another package, which only programs install that use it.",
    remedy: "Run the command in the message.",
  },
} as const satisfies Record<string, ErrorEntry>;
