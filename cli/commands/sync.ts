import type { DatabaseCommand } from "../command.ts";
import { counted } from "../terminal.ts";

export const sync: DatabaseCommand = {
  name: "sync",
  summary: "bring snapshots and grants in line with the database as it is now",
  description:
    "Runs integratedb_sync(): expands wildcards, takes the snapshots again and repairs the grants, " +
    "without judging. The way out after a migration was undone by another one.",
  jsonShape: '{"changed": number}',
  runsIn: "transaction",
  async work(client) {
    const { rows } = await client.query<{ changed: number }>(
      "select integratedb.sync() as changed",
    );
    const changed = rows[0]?.changed ?? 0;
    return {
      json: { changed },
      text: changed === 0 ? "Nothing to change." : `Changed ${counted(changed, "grant")}.`,
      exit: "ok",
    };
  },
};
