import type { DatabaseCommand } from "../command.ts";
import { counted, printable } from "../terminal.ts";
import { readUnmetClaims, type UnmetClaim, unmetClaimShape } from "../unmet-claims.ts";

export const validate: DatabaseCommand = {
  name: "validate",
  summary: "check the database, as it is now, against every claim",
  description:
    "Says whether the database meets every claim, and otherwise whom it breaks, and how. Changes " +
    "nothing, unlike integratedb_validate_migration(), which a migration calls and which also " +
    "adjusts snapshots and grants. Exits 1 if a claim is unmet.",
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

/** One block a claim: whom the database breaks, then what exactly. */
function verdict(unmet: readonly UnmetClaim[]): string {
  const claims = Map.groupBy(unmet, ({ stakeholder, claim }) => JSON.stringify([stakeholder, claim]));
  const blocks = [...claims.values()].map((problems) =>
    problems.map(({ message }) => `  ${printable(message)}`).join("\n"),
  );
  return [
    `This database breaks ${counted(claims.size, "claim")}:`,
    ...blocks,
    "Bring back what is missing in a migration, or agree on a new claim with its stakeholder.",
  ].join("\n\n");
}
