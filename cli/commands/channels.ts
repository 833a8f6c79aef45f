import { Option } from "commander";
import { type ChannelState, readChannels } from "../channel-states.ts";
import type { DatabaseCommand } from "../command.ts";
import { requireRegistry } from "../registry-access.ts";
import { readSlots, type SlotState } from "../slot-states.ts";
import { printable, table } from "../terminal.ts";

export const channels: DatabaseCommand = {
  name: "channels",
  summary: "say how each channel fares, and how far it is behind",
  description:
    "Lists the channels with their state (flowing: delivered as it comes; spooling: what came while " +
    "the receiver was away is being delivered; failing: the receiver takes nothing), how far each is " +
    "behind, in bytes of WAL and in seconds, what waits in the spool, the dead letters and the last " +
    "error; then the relay's slots. Changes nothing. Exits 1 if a channel fails or has dead " +
    "letters, or a slot is lost. For the engine's owner.",
  jsonShape:
    '{"channels": [{"stakeholder": string | null, "notification": string | null, "channel": string, ' +
    '"type": string, "retired": boolean, "state": "flowing" | "spooling" | "failing" | null, ' +
    '"lagBytes": number | null, "lagSeconds": number | null, "spooled": number, ' +
    '"deadLetters": number, "delivered": number, "lastError": string | null, ' +
    '"lastErrorAt": string | null}], "slots": [{"slot": string, "active": boolean, ' +
    '"lost": boolean, "confirmed": string, "lagBytes": number | null, "gap": object | null}]}',
  options: [new Option("--stakeholder <name>", "only those of this stakeholder")],
  runsIn: "readOnly",
  async work(client, { stakeholder }) {
    await requireRegistry(client);
    const slots = await readSlots(client);
    const found = await readChannels(client, stakeholder);
    const isWell =
      found.every(({ state, deadLetters }) => state !== "failing" && deadLetters === 0) &&
      slots.every(({ lost }) => !lost);
    return {
      json: { channels: found, slots },
      text: [
        found.length === 0
          ? "There are no channels."
          : table(
              [
                "STAKEHOLDER",
                "NOTIFICATION",
                "CHANNEL",
                "TYPE",
                "STATE",
                "BEHIND",
                "SPOOLED",
                "DEAD",
              ],
              found.map(row),
            ),
        ...found.flatMap(lastError),
        ...(slots.length === 0
          ? ["No relay has read from this database yet."]
          : slots.map(slotLine)),
      ].join("\n"),
      exit: isWell ? "ok" : "found",
    };
  },
};

function row(channel: ChannelState): string[] {
  const { stakeholder, notification, type, retired, state, spooled, deadLetters } = channel;
  return [
    stakeholder ?? "",
    notification ?? "",
    channel.channel,
    type,
    `${state ?? "-"}${retired ? " (retired)" : ""}`,
    behind(channel),
    `${spooled}`,
    `${deadLetters}`,
  ];
}

function behind({ lagBytes, lagSeconds }: ChannelState): string {
  if (lagBytes === null) return "-";
  const bytes = `${lagBytes} B`;
  return lagSeconds === null ? bytes : `${bytes}, ${Math.round(lagSeconds)} s`;
}

function lastError({ state, channel, stakeholder, notification, ...told }: ChannelState): string[] {
  if (state !== "failing" || told.lastError === null) return [];
  const place = [stakeholder, notification, channel].filter((part) => part !== null).join("/");
  return [printable(`${place} fails: ${told.lastError}`)];
}

function slotLine({ slot, active, lost, confirmed, lagBytes, gap }: SlotState): string {
  const state = lost ? "lost" : active ? "in use" : "not in use";
  const lag = lagBytes === null ? "" : `, ${lagBytes} B behind`;
  const way = !lost
    ? ""
    : gap === null
      ? "; accept the gap with: integratedb relay accept-gap"
      : "; the gap is accepted";
  return printable(`slot ${slot}: ${state}, confirmed ${confirmed}${lag}${way}`);
}
