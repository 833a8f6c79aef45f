import type { ErrorEntry } from "./entry.ts";

/** 21xx: notifications. */
export const notificationErrors = {
  IDB2101: {
    title: "The spec of a notification is malformed",
    meaning: "The spec is not of the form that docs/concepts.md describes.",
    remedy: "Correct the place that the message names.",
  },
  IDB2102: {
    title: "A notification asks for what is not claimed",
    meaning: "An event carries only columns that a claim of the same stakeholder covers.",
    remedy: "Claim the table or column first, or leave it out of the notification.",
  },
  IDB2103: {
    title: "Changes of the table cannot be read",
    meaning:
      "The table or column does not exist, or is of a kind whose changes Postgres does not publish: a view, a foreign or unlogged table, one partition of a table, a generated column.",
    remedy: "Name the table that holds the rows, and columns that are stored in it.",
  },
  IDB2104: {
    title: "Updates and deletes cannot be told apart",
    meaning:
      "The table, or a partition of it, has no usable replica identity, or a row condition tests a column that is not part of it. Published all the same, updates would fail for those who write.",
    remedy: "Run the statement in the message, or ask for INSERT and TRUNCATE only.",
  },
  IDB2105: {
    title: "Row level security hides rows",
    meaning:
      "Row level security does not let the stakeholder read every row of the table, and events do not pass through it.",
    remedy:
      "Give the stakeholder a permissive policy for SELECT USING (true), or leave the table out.",
  },
  IDB2106: {
    title: "A row condition cannot be tested",
    meaning: "The column, the comparison or the value of a row condition does not fit the table.",
    remedy: "Correct the place that the message names.",
  },
  IDB2107: {
    title: "A channel is malformed",
    meaning:
      "The type of a channel is unknown, or an option of it, or a value is none that it takes.",
    remedy: "Correct the place that the message names; integratedb.channel_options() lists them.",
  },
  IDB2108: {
    title: "Not a key of a relay",
    meaning: "The public key of a relay is 32 bytes in base64url.",
    remedy: "Give the raw X25519 public key, without padding: 43 characters.",
  },
  IDB2109: {
    title: "The role cannot be a relay's",
    meaning: "A relay's role logs in and replicates, and is no stakeholder's.",
    remedy: "Run the statement in the message, then try again.",
  },
  IDB2110: {
    title: "No key to seal a secret to",
    meaning: "A channel has a secret, and no relay has said to which key it is to be sealed.",
    remedy:
      "Run `up` on the stack that declares the Database, run `integratedb keygen`, or call integratedb.set_relay_key().",
  },
  IDB2111: {
    title: "Bad name for a notification",
    meaning: "The name of a notification has 1 to 128 characters.",
    remedy: "Choose another name.",
  },
  IDB2112: {
    title: "The change breaks a notification",
    meaning:
      "A migration, a change of a claim or of the policy takes away what a notification names, or what its events need.",
    remedy: "Keep it, or have the stakeholder change its notification first.",
  },
} as const satisfies Record<string, ErrorEntry>;
