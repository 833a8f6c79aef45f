import type { ErrorEntry } from "./entry.ts";

/** 30xx: stakeholders and rights. */
export const stakeholderErrors = {
  IDB3001: {
    title: "Bad name for a stakeholder",
    meaning:
      "A name has 1 to 32 letters, digits and underscores, does not start with a digit or pg_, and is not reserved.",
    remedy: "Choose another name.",
  },
  IDB3002: {
    title: "The role belongs to somebody else",
    meaning:
      "A role of that name exists and was not made for a stakeholder, or has rights that none must have.",
    remedy: "Choose another name, or take the role over with adopt.",
  },
  IDB3003: {
    title: "The schema belongs to somebody else",
    meaning: "A schema of that name exists and was not made for this stakeholder.",
    remedy: "Choose another name, or take the schema over with adopt.",
  },
  IDB3004: {
    title: "No name is free for a login",
    meaning: "The roles <stakeholder>_a to <stakeholder>_z all exist.",
    remedy: "Drop or rename roles that are not used.",
  },
  IDB3005: {
    title: "Not a SCRAM-SHA-256 verifier",
    meaning: "A login takes a verifier that the client computed, never a password.",
    remedy: "Compute the verifier on the client.",
  },
  IDB3007: {
    title: "Not allowed to this role",
    meaning:
      "The caller is neither the engine's owner nor an operator whose pattern covers the stakeholder.",
    remedy: "Have the owner run the statement in the hint.",
  },
  IDB3008: {
    title: "The engine's owner cannot grant it",
    meaning:
      "The role that owns the engine has no right to grant on the table, or to act for the role.",
    remedy: "Run the statement in the hint as the role that it names.",
  },
  IDB3009: {
    title: "The name is taken",
    meaning:
      "A stakeholder, role or schema of the new name exists, or the role is shared with another database.",
    remedy: "Choose another name.",
  },
  IDB3010: {
    title: "There is no such role or schema",
    meaning: "The role or schema that the program names does not exist.",
    remedy: "Make it first.",
  },
  IDB3011: {
    title: "Unknown or contradictory options",
    meaning: "An option of a stakeholder is not known, or differs from what the registry has.",
    remedy: "Correct the options.",
  },
  IDB3012: {
    title: "There are no credentials of that version",
    meaning: "A store is said to hold credentials that the stakeholder never had in this database.",
    remedy: "Run `up` again; by hand, give the version that integratedb.rotate_login() returned.",
  },
} as const satisfies Record<string, ErrorEntry>;
