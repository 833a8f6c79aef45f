import { Option } from "commander";
import { IntegrateDbError } from "../../sql/index.ts";
import type { DatabaseCommand } from "../command.ts";
import { filterCondition, filterOptions, filterValues, isFiltered } from "../dead-letters.ts";
import { requireRegistry } from "../registry-access.ts";
import { counted } from "../terminal.ts";

export const dlqDiscard: DatabaseCommand = {
  name: "dlq discard",
  summary: "delete dead letters for good",
  description:
    "Deletes dead letters: their events will never arrive. Says how many it were. Name which, or " +
    "--all. For the engine's owner.",
  jsonShape: '{"discarded": number}',
  options: [...filterOptions(), new Option("--all", "all of them")],
  runsIn: "transaction",
  async work(client, options) {
    if (!isFiltered(options) && !options.all) throw new IntegrateDbError("IDB1306", unnamed);
    await requireRegistry(client);
    const { rowCount } = await client.query(
      `delete from integratedb.dead_letter d where ${filterCondition}`,
      filterValues(options),
    );
    const discarded = rowCount ?? 0;
    return {
      json: { discarded },
      text:
        discarded === 0
          ? "There are no such dead letters."
          : `Discarded ${counted(discarded, "dead letter")}.`,
      exit: "ok",
    };
  },
};

const unnamed = "The command line does not say which dead letters are to be discarded.";
