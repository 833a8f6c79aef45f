/** Every error that a user can cause: the one place of its code. docs/reference-errors.md is generated from here. */
export const errors = {
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
    meaning: "The role that installs or owns the engine lacks a right that the engine needs.",
    remedy: "Run the statement in the message as the role that it names.",
  },
  IDB1005: {
    title: "The schema integratedb belongs to something else",
    meaning: "The database has a schema named integratedb that this engine did not make.",
    remedy: "Rename or drop that schema.",
  },
  IDB1006: {
    title: "The engine is not installed",
    meaning: "The database has no engine, or one that is older than this command needs.",
    remedy: "Run `integratedb install`, or `pulumi up` of the program that declares the Database.",
  },
  IDB2001: {
    title: "The migration breaks a claim",
    meaning: "The schema as the migration leaves it does not meet what a stakeholder claims.",
    remedy: "Keep what is claimed, or have the stakeholder change its claim first.",
  },
  IDB2002: {
    title: "The database cannot meet the claim",
    meaning:
      "A table or column of the claim does not exist, or its shape is less than what is claimed.",
    remedy: "Correct the claim, or mark what may be missing as optional.",
  },
  IDB2003: {
    title: "The spec is malformed",
    meaning: "A claim's spec is not of the form that docs/concepts.md describes.",
    remedy: "Correct the place that the message names.",
  },
  IDB2004: {
    title: "The spec is too large",
    meaning: "A spec may have 1 MiB as JSON.",
    remedy: 'Claim whole tables with fields ["*"], or split the claim.',
  },
  IDB2005: {
    title: "Policy forbids the claim",
    meaning: "The database's owner has not allowed this stakeholder to claim that table or column.",
    remedy: "Claim other columns, or have the policy changed.",
  },
  IDB2006: {
    title: "There is no such stakeholder",
    meaning: "The stakeholder is not in the registry of this database.",
    remedy: "Declare the stakeholder first.",
  },
  IDB2007: {
    title: "Bad name for a claim",
    meaning: "The name of a claim has 1 to 128 characters.",
    remedy: "Choose another name.",
  },
  IDB2008: {
    title: "The policy is malformed",
    meaning: "A policy is not of the form that docs/concepts.md describes.",
    remedy: "Correct the place that the message names.",
  },
  IDB2009: {
    title: "The policy forbids what is claimed already",
    meaning: "Claims name columns that the new policy would forbid.",
    remedy: "Have these claims changed first.",
  },
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
} as const satisfies Record<string, { title: string; meaning: string; remedy: string }>;

/** The code of an error that a user can cause. */
export type ErrorCode = keyof typeof errors;

/** What a user reads when something is wrong: never a stack trace, never a secret. */
export class IntegrateDbError extends Error {
  readonly code: ErrorCode;
  /** What was expected and what was found, where that says more than the message. */
  readonly expected: string | undefined;
  readonly found: string | undefined;
  /** What to do next; the registry's text unless the place knows better. */
  readonly remedy: string;

  constructor(
    code: ErrorCode,
    message: string,
    details: { expected?: string; found?: string; remedy?: string } = {},
  ) {
    super(message);
    this.name = "IntegrateDbError";
    this.code = code;
    this.expected = details.expected;
    this.found = details.found;
    this.remedy = details.remedy ?? errors[code].remedy;
  }
}
