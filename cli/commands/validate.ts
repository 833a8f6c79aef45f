import type { DatabaseCommand } from "../command.ts";
import { counted, printable } from "../terminal.ts";
import { readUnmetClaims, type UnmetClaim, unmetClaimShape } from "../unmet-claims.ts";

export const validate: DatabaseCommand = {
  name: "validate",
  summary: "check the database, as it is now, against every claim",
  description:
    "Says whether the database meets every claim, and otherwise whom it breaks, and how. Changes " +
    "nothing, unlike integratedb_validate_migration(), which a migration calls and which also " +
    "adjusts snapshots and grants. Every login may run it. Exits 1 if a claim is unmet.",
  jsonShape: `{"valid": boolean, "unmet": [${unmetClaimShape}]}`,
  runsIn: "readOnly",
  async work(client) {
    const unmet = await readUnmetClaims(client);
    const valid = unmet.length === 0;
    return {
      json: { valid, unmet },
      text: valid ? "Every claim is met." : verdict(unmet),
      exit: valid ? "ok" : "found",
    };
  },
};

/** One block a claim: whom the database breaks, then what it has instead of what is claimed. */
function verdict(unmet: readonly UnmetClaim[]): string {
  const claims = Map.groupBy(unmet, ({ stakeholder, claim }) => `${stakeholder} (claim ${claim})`);
  const blocks = [...claims].map(([claim, problems]) =>
    [printable(claim), ...problems.map((problem) => `  ${printable(difference(problem))}`)].join(
      "\n",
    ),
  );
  return [
    `This database breaks ${counted(claims.size, "claim")}:`,
    ...blocks,
    "Restore what is claimed in a migration, or have the stakeholder change its claim first.",
  ].join("\n\n");
}

/** `public.orders.status (character varying(20) -> integer)` */
function difference({ path, field, problem, expected, actual }: UnmetClaim): string {
  const change =
    expected === null && actual === null
      ? problem
      : `${expected ?? problem} -> ${actual ?? "missing"}`;
  return `${path}${field === null ? "" : `.${field}`} (${change})`;
}
