import type { ClaimCall, Question, Refusal, Scenario, Step } from "./scenario.ts";

/** The table that most scenarios are about. */
export const orders =
  "CREATE TABLE public.orders (id int PRIMARY KEY, status varchar(20) NOT NULL, total numeric(10,2), note text)";

/** The spec of one match: `path` and its fields. */
export function fieldsOf(path: string, ...fields: readonly unknown[]): unknown {
  return { match: [{ path, fields }] };
}

/** The reporter's claim "orders". */
export function put(spec: unknown): ClaimCall {
  return { stakeholder: "reporter", claim: "orders", spec };
}

/** The same claim, which must be refused. */
export function putRefused(spec: unknown, refusal: Refusal = {}): ClaimCall {
  return { stakeholder: "reporter", claim: "orders", spec, refused: refusal };
}

/** The reporter's claim under another name. */
export function putNamed(claim: string, spec: unknown): ClaimCall {
  return { stakeholder: "reporter", claim, spec };
}

/** That a query of the administrator answers one row with `answer` in it. */
export function answers(sql: string, answer: unknown): Question {
  return { sql: `SELECT (${sql}) AS answer`, row: { answer } };
}

/** That nothing is left of the reporter's claim "orders" in the registry. */
export const noClaimStored: Question = answers(
  "SELECT count(*)::int FROM integratedb.claims WHERE stakeholder = lower('@reporter')",
  0,
);

/** Puts that a good spec stands and that each of the bad ones beside it is refused. */
export function malformed(
  name: string,
  rules: Scenario["rules"],
  good: unknown,
  ...bad: readonly unknown[]
): Scenario {
  return {
    name,
    rules,
    setup: [orders, "CREATE TABLE public.archive (id int)"],
    claims: bad.map((spec) => putRefused(spec)),
    asked: [noClaimStored],
    then: [
      {
        claims: [put(good)],
        asked: [
          answers(
            "SELECT count(*)::int FROM integratedb.claims WHERE stakeholder = lower('@reporter')",
            1,
          ),
        ],
      },
    ],
  };
}

/** A migration and its verdict, as a further step. */
export function migrate(verdict: "accepted" | "refused", ...migration: readonly string[]): Step {
  return { migration, verdict };
}
