import { Option } from "commander";
import { IntegrateDbError } from "../../sql/index.ts";
import type { DatabaseCommand } from "../command.ts";
import { filterCondition, filterOptions, filterValues, isFiltered } from "../dead-letters.ts";
import { requireRegistry } from "../registry-access.ts";
import { counted } from "../terminal.ts";

export const dlqRedrive: DatabaseCommand = {
  name: "dlq redrive",
  summary: "deliver dead letters once more",
  description:
    "Puts dead letters back into the spool of their channels, all in one transaction, and tells the " +
    "relay, which delivers them in the order in which they were committed, with the ids that they " +
    "had. One that dies again is a new dead letter. Name which, or --all. For the engine's owner.",
  jsonShape: '{"redriven": number}',
  options: [...filterOptions(), new Option("--all", "all of them")],
  runsIn: "transaction",
  async work(client, options) {
    if (!isFiltered(options) && !options.all) throw new IntegrateDbError("IDB1306", unnamed);
    await requireRegistry(client);
    const { rows } = await client.query<{ redriven: number }>(
      `with chosen as (
         update integratedb.dead_letter d set redriven = true where ${filterCondition}
         returning d.channel_id, d.lsn, d.index, d.key, d.event
       ), spooled as (
         insert into integratedb.spool (channel_id, lsn, index, key, event)
         select channel_id, lsn, index, key, event from chosen
         on conflict do nothing
       )
       select count(*)::float8 as redriven from chosen`,
      filterValues(options),
    );
    const redriven = rows[0]?.redriven ?? 0;
    if (redriven > 0) await client.query("notify integratedb_relay, 'redriven'");
    return {
      json: { redriven },
      text:
        redriven === 0
          ? "There are no such dead letters."
          : `Put ${counted(redriven, "dead letter")} back into the spool.`,
      exit: "ok",
    };
  },
};

const unnamed = "The command line does not say which dead letters are to be sent again.";
