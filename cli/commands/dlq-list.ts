import { InvalidArgumentError, Option } from "commander";
import type { DatabaseCommand } from "../command.ts";
import { filterOptions, readDeadLetters } from "../dead-letters.ts";
import { requireRegistry } from "../registry-access.ts";
import { table } from "../terminal.ts";

export const dlqList: DatabaseCommand = {
  name: "dlq list",
  summary: "list the dead letters",
  description:
    "Lists the events that a channel refused for good, or did not take in time, the oldest first. " +
    "Changes nothing. Exits 1 if there are any. For the engine's owner.",
  jsonShape:
    '{"total": number, "deadLetters": [{"id": string, "stakeholder": string | null, ' +
    '"notification": string | null, "channel": string, "event": string, "reason": string, ' +
    '"diedAt": string}]}',
  options: [
    ...filterOptions(),
    new Option("--limit <number>", "how many are listed, at most. Default: 1000").argParser(number),
  ],
  runsIn: "readOnly",
  async work(client, options) {
    await requireRegistry(client);
    const { letters, total } = await readDeadLetters(client, options, options.limit ?? 1_000);
    const lines = letters.map((letter) => [
      letter.id,
      letter.stakeholder ?? "",
      letter.notification ?? "",
      letter.channel,
      letter.event,
      letter.diedAt.toISOString(),
      letter.reason,
    ]);
    const head = ["ID", "STAKEHOLDER", "NOTIFICATION", "CHANNEL", "EVENT", "DIED", "REASON"];
    const more = total > letters.length ? `\n… and ${total - letters.length} more` : "";
    return {
      json: { total, deadLetters: letters },
      text: total === 0 ? "There are no dead letters." : `${table(head, lines)}${more}`,
      exit: total === 0 ? "ok" : "found",
    };
  },
};

function number(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It is a number from 1 on.");
  return Number(text);
}
