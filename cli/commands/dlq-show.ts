import { Argument } from "commander";
import { IntegrateDbError } from "../../sql/index.ts";
import type { DatabaseCommand } from "../command.ts";
import { letterId } from "../dead-letters.ts";
import { requireRegistry } from "../registry-access.ts";
import { printable, table } from "../terminal.ts";

export const dlqShow: DatabaseCommand = {
  name: "dlq show",
  summary: "show a dead letter: the event, why it died, and how it was tried",
  description:
    "Shows one dead letter with its event, which holds what its receiver may see of the row. " +
    "Changes nothing. For the engine's owner.",
  jsonShape:
    '{"id": string, "stakeholder": string | null, "notification": string | null, ' +
    '"channel": string, "reason": string, "diedAt": string, "redriven": boolean, ' +
    '"tries": [{"at": string, "reason": string}], "event": object}',
  arguments: [new Argument("<letter>", "the number that `dlq list` says").argParser(letterId)],
  runsIn: "readOnly",
  async work(client, { letter }) {
    await requireRegistry(client);
    const { rows } = await client.query<Shown>(
      `select d.id::text, n.stakeholder, n.notification, n.channel, d.reason,
         d.died_at as "diedAt", d.redriven, d.tries, d.event
       from integratedb.dead_letter d
       join integratedb.channels n on n.channel_id = d.channel_id
       where d.id = $1`,
      [letter],
    );
    const [found] = rows;
    if (found === undefined) {
      throw new IntegrateDbError("IDB1307", `There is no dead letter ${letter}.`);
    }
    const event: unknown = JSON.parse(found.event);
    const { stakeholder, notification, channel, reason, diedAt, redriven, tries } = found;
    const facts = [
      ["id", found.id],
      ["channel", [stakeholder, notification, channel].filter((part) => part !== null).join("/")],
      ["reason", reason],
      ["died", `${diedAt.toISOString()}${redriven ? " (sent again since)" : ""}`],
      ...tries.map(({ at, reason: why }) => ["try", `${at} ${why}`]),
    ];
    const lines = JSON.stringify(event, null, 2).split("\n").map(printable);
    return {
      json: { ...found, event },
      text: `${table([], facts)}\n${lines.join("\n")}`,
      exit: "ok",
    };
  },
};

interface Shown {
  readonly id: string;
  readonly stakeholder: string | null;
  readonly notification: string | null;
  readonly channel: string;
  readonly reason: string;
  readonly diedAt: Date;
  readonly redriven: boolean;
  readonly tries: readonly { readonly at: string; readonly reason: string }[];
  /** JSON. */
  readonly event: string;
}
