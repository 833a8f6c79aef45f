import type { ErrorEntry } from "./entry.ts";

/** 15xx: secret stores. */
export const storeErrors = {
  IDB1501: {
    title: "The SDK of a store is not installed",
    meaning:
      "What talks to a secret store comes as a package of its own, which programs install that use the store.",
    remedy: "Install the package that is named, beside @integratedb/pulumi.",
  },
  IDB1502: {
    title: "A store does not take the credentials",
    meaning:
      "The SDK of the secret store has found no credentials, or ones that are wrong or have expired.",
    remedy:
      "Log in as the tools of that store want it, then run the same command again: what is done stays done.",
  },
  IDB1503: {
    title: "A right on a store is missing",
    meaning: "The secret store knows who asks, and does not let them do this to this entry.",
    remedy:
      "Give the identity the rights that docs/stores.md names, then run the same command again.",
  },
  IDB1504: {
    title: "A store does not answer",
    meaning:
      "The secret store cannot be reached, is too busy, or took longer than `timeoutSeconds`.",
    remedy:
      "Check address and network, and run the same command again: what is done stays done. Raise `timeoutSeconds` for a store that is slow.",
  },
  IDB1505: {
    title: "A name that the store does not allow",
    meaning: "Each secret store has rules of its own for the names of entries.",
    remedy: "Give the entry a name that keeps to the rule in the message.",
  },
  IDB1506: {
    title: "Too large for the store",
    meaning: "The content, in its layout, is larger than the secret store lets an entry be.",
    remedy: "Choose a layout that writes less, or a store or tier that holds more.",
  },
  IDB1507: {
    title: "The entry belongs to somebody else",
    meaning:
      "The secret store has an entry of this name that this stack did not make, or one that was deleted and can still be recovered.",
    remedy: "Set `adopt: true` to take it over and replace its content, or choose another name.",
  },
  IDB1508: {
    title: "A store refuses",
    meaning: "The secret store answered with an error of its own, which the message repeats.",
    remedy: "Correct what the store complains of, then run the same command again.",
  },
  IDB1509: {
    title: "The content was lost on its way",
    meaning:
      "The content of an entry is kept nowhere, and is handed over within one process; that process was another one by the time that it was needed.",
    remedy: "Run the same command again.",
  },
  IDB1510: {
    title: "A layout that the store cannot hold",
    meaning: "Some secret stores keep one text an entry, others texts by key.",
    remedy: "Return from the layout's function what the message asks for.",
  },
  IDB1511: {
    title: "The lease engine lacks a right",
    meaning:
      "The login with which Vault's database engine connects could not make logins for the stakeholder, or not get rid of them.",
    remedy:
      "Run the statement in the message as a superuser or as the engine's owner, then `up` again.",
  },
  IDB1512: {
    title: "A connection of the lease engine cannot be used",
    meaning:
      "The connection of Vault's database engine does not exist, leads elsewhere, does not allow the role, or sends passwords in the clear.",
    remedy: "Set the connection up in Vault as docs/temporary-credentials.md shows.",
  },
} as const satisfies Record<string, ErrorEntry>;
