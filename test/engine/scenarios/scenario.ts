/** A rule of the semantics of claims, or a part of the SQL API that has no number of its own. */
export type Rule = `K${number}` | `F${number}` | "policy" | "operators";

/** How a statement is refused. */
export interface Refusal {
  /** One of these. @default ["P0001"], the state of every error of the engine's own */
  readonly sqlstate?: readonly string[];
  /** Matches the message, detail or hint. */
  readonly message?: RegExp;
}

/** A call of `integratedb.put_claim`; without `refused` it must be accepted. */
export interface ClaimCall {
  readonly stakeholder: string;
  readonly claim: string;
  readonly spec: unknown;
  readonly refused?: Refusal;
}

/** One row of `integratedb_unmet_claims()`. What is left out is not compared; `field: null` is the table. */
export interface Unmet {
  readonly stakeholder?: string;
  readonly claim?: string;
  readonly path: string;
  readonly field: string | null;
  readonly problem?: Problem;
  readonly expected?: RegExp;
  readonly actual?: RegExp;
}

export type Problem =
  | "missing schema"
  | "missing table"
  | "missing column"
  | "type"
  | "length"
  | "precision"
  | "scale"
  | "nullability"
  | "definition"
  | "row security";

/** A statement of the administrator that must fail. */
export interface RefusedStatement {
  readonly sql: string;
  readonly refusal: Refusal;
}

/** A question of the administrator, and the one row that answers it. */
export interface Question {
  readonly sql: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** What happens and what must then hold, in the order of these members. */
export interface Step {
  /** Statements outside a migration. */
  readonly sql?: readonly string[];
  readonly refused?: readonly RefusedStatement[];
  readonly claims?: readonly ClaimCall[];
  /** Statements of one transaction that ends in `validate`. */
  readonly migration?: readonly string[];
  /** The last statement of the migration. @default SELECT public.integratedb_validate_migration() AS result */
  readonly validate?: string;
  readonly verdict?: "accepted" | "refused";
  /** How the migration is refused, where that is not for what claims need. */
  readonly refusal?: Refusal;
  /** Every row that a refused migration reports, and no other. */
  readonly unmet?: readonly Unmet[];
  /** What each stakeholder can run, as its role. */
  readonly readable?: Readonly<Record<string, readonly string[]>>;
  /** What each stakeholder is refused with 42501. */
  readonly unreadable?: Readonly<Record<string, readonly string[]>>;
  readonly asked?: readonly Question[];
}

/**
 * One story about claims. `@name` in SQL, in names and in answers stands for a stakeholder's (or
 * another role's) name, which the runner makes unique within the cluster by eight more characters.
 */
export interface Scenario extends Step {
  /** A sentence about behaviour. */
  readonly name: string;
  readonly rules: readonly Rule[];
  /** Major versions of Postgres that have what the scenario is about. */
  readonly postgres?: { readonly min?: number; readonly max?: number };
  /** Roles without login that exist beforehand and go away afterwards, as `@name`. */
  readonly roles?: readonly string[];
  /** Statements that come before the stakeholders. */
  readonly setup?: readonly string[];
  /** Stakeholders put before the first step. @default those that the claims of any step name */
  readonly stakeholders?: readonly string[];
  /** Who owns the database and the engine: a superuser, or a role with CREATEROLE and nothing more. */
  readonly owner?: "superuser" | "limited";
  readonly then?: readonly Step[];
}
