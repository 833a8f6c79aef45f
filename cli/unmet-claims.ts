import type pg from "pg";

/** One row of `integratedb_unmet_claims()`. */
export interface UnmetClaim {
  readonly stakeholder: string;
  readonly claim: string;
  readonly path: string | null;
  readonly field: string | null;
  readonly problem: string;
  readonly expected: string | null;
  readonly actual: string | null;
  readonly message: string;
}

/** The same, as the descriptions of commands say it. */
export const unmetClaimShape =
  '{"stakeholder": string, "claim": string, "path": string | null, "field": string | null, ' +
  '"problem": string, "expected": string | null, "actual": string | null, "message": string}';

/**
 * What the database, as the transaction sees it, fails to meet; empty if nothing. Every login may
 * ask for it by this function, also one that may not read the registry.
 */
export async function readUnmetClaims(client: pg.ClientBase): Promise<UnmetClaim[]> {
  const { rows } = await client.query<UnmetClaim>(
    `select stakeholder, claim, path, field, problem, expected, actual, message
     from public.integratedb_unmet_claims()`,
  );
  return rows;
}
