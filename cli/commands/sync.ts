import type { DatabaseCommand } from "../command.ts";
import { requireRegistry } from "../registry-access.ts";
import { counted } from "../terminal.ts";

export const sync: DatabaseCommand = {
  name: "sync",
  summary: "bring snapshots and grants in line with the database as it is now",
  description:
    "Runs integratedb_sync(): expands wildcards, takes the snapshots again and repairs the grants, " +
    "without refusing anything. The way out after a migration was undone by another one. Exits 1 " +
    "if claims are unmet afterwards.",
  jsonShape: '{"unmet": number}',
  runsIn: "transaction",
  async work(client) {
    await requireRegistry(client, "sync");
    const { rows } = await client.query<{ unmet: number }>("select integratedb.sync() as unmet");
    const unmet = rows[0]?.unmet ?? 0;
    return {
      json: { unmet },
      text:
        unmet === 0
          ? "Snapshots and grants are in line with the database."
          : `Snapshots and grants follow the database, but ${counted(unmet, "claim")} cannot be met. Run: integratedb unmet`,
      exit: unmet === 0 ? "ok" : "found",
    };
  },
};
