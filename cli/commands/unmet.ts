import type { DatabaseCommand } from "../command.ts";
import { table } from "../terminal.ts";
import { readUnmetClaims, unmetClaimShape } from "../unmet-claims.ts";

export const unmet: DatabaseCommand = {
  name: "unmet",
  summary: "list the claims that the database does not meet",
  description:
    "Lists what integratedb_unmet_claims() finds, one problem a line. Changes nothing. Every " +
    "login may run it. Exits 1 if there is any.",
  jsonShape: `{"unmet": [${unmetClaimShape}]}`,
  runsIn: "readOnly",
  async work(client) {
    const problems = await readUnmetClaims(client);
    return {
      json: { unmet: problems },
      text:
        problems.length === 0
          ? "Every claim is met."
          : table(
              ["STAKEHOLDER", "CLAIM", "PATH", "FIELD", "PROBLEM", "EXPECTED", "ACTUAL"],
              problems.map((row) => [
                row.stakeholder,
                row.claim,
                row.path ?? "",
                row.field ?? "",
                row.problem,
                row.expected ?? "",
                row.actual ?? "",
              ]),
            ),
      exit: problems.length === 0 ? "ok" : "found",
    };
  },
};
