import type { ErrorEntry } from "./entry.ts";

/** 20xx: claims and the policy. */
export const claimErrors = {
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
} as const satisfies Record<string, ErrorEntry>;
