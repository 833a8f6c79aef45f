import type { Spec } from "./spec.ts";

/** A story as data, so that it can be told again, shortened and printed. */
export interface Case {
  readonly setup: readonly string[];
  readonly stakeholders: readonly string[];
  readonly events: readonly Event[];
}

export type Event =
  | {
      readonly kind: "put";
      readonly stakeholder: string;
      readonly claim: string;
      readonly spec: Spec;
    }
  | { readonly kind: "delete"; readonly stakeholder: string; readonly claim: string }
  /** One transaction that ends in `integratedb_validate_migration()`. */
  | { readonly kind: "migrate"; readonly statements: readonly string[] }
  /** Statements that nobody validates. */
  | { readonly kind: "alter"; readonly statements: readonly string[] }
  /** Statements that nobody validates, and `integratedb_sync()`. */
  | { readonly kind: "sync"; readonly statements: readonly string[] };

/** A point on which the engine and the oracle do not agree. */
export class Disagreement extends Error {
  override readonly name = "Disagreement";
  /** What is not agreed on; a shorter case must not agree on the same. */
  readonly about: "put" | "verdict" | "unmet" | "read" | "leak" | "change" | "error";

  constructor(about: Disagreement["about"], message: string) {
    super(message);
    this.about = about;
  }
}

/** The case as SQL that can be run in a fresh database with the engine installed. */
export function asSql({ setup, stakeholders, events }: Case): string {
  const puts = stakeholders.map((name) => `SELECT integratedb.put_stakeholder(${literal(name)})`);
  return [...setup, ...puts, ...events.map(eventAsSql)].map((sql) => `${sql};`).join("\n");
}

function eventAsSql(event: Event): string {
  switch (event.kind) {
    case "put": {
      const values = [event.stakeholder, event.claim, JSON.stringify(event.spec)].map(literal);
      return `SELECT integratedb.put_claim(${values.join(", ")})`;
    }
    case "delete": {
      const values = [event.stakeholder, event.claim].map(literal);
      return `SELECT integratedb.delete_claim(${values.join(", ")})`;
    }
    case "migrate":
      return [
        "BEGIN",
        ...event.statements,
        "SELECT integratedb_validate_migration()",
        "COMMIT",
      ].join(";\n  ");
    case "alter":
      return event.statements.join(";\n");
    case "sync":
      return [...event.statements, "SELECT integratedb_sync()"].join(";\n");
  }
}

function literal(text: string): string {
  const escaped = text.replaceAll("'", "''").replaceAll("\\", "\\\\");
  return text.includes("\\") ? `E'${escaped}'` : `'${escaped}'`;
}
