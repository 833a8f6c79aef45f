import { Option } from "commander";
import type pg from "pg";
import { IntegrateDbError } from "../../sql/index.ts";
import type { DatabaseCommand } from "../command.ts";
import { requireRegistry } from "../registry-access.ts";
import { readSlots, type SlotState } from "../slot-states.ts";

export const relayAcceptGap: DatabaseCommand = {
  name: "relay accept-gap",
  summary: "let the relay go on after its slot was lost",
  description:
    "A relay whose slot is lost stops, since changes were missed that nobody can read any more. This " +
    "notes from where on, and lets the relay make a new slot at its next try: every channel then " +
    "gets an event of type integratedb.gap, and its receiver has to read the tables anew. Refuses " +
    "while the slot is there. For the engine's owner.",
  jsonShape: '{"slot": string, "from": string, "reason": string}',
  options: [new Option("--slot <name>", "the slot, if there are several")],
  runsIn: "transaction",
  async work(client, { slot }) {
    await requireRegistry(client);
    const lost = chosen(await readSlots(client), slot);
    const reason = await reasonOf(client, lost.slot);
    // Of a gap before, of which no receiver has been told yet, the beginning stays.
    const { rows } = await client.query<{ from: string }>(
      `update integratedb.relay_position
       set gap = jsonb_build_object('from', coalesce(gap ->> 'from', $2), 'reason', $3::text)
       where slot_name = $1 returning gap ->> 'from' as from`,
      [lost.slot, lost.confirmed, reason],
    );
    const gap = { from: rows[0]?.from ?? lost.confirmed, reason };
    return {
      json: { slot: lost.slot, ...gap },
      text: `The relay may make the slot ${lost.slot} anew. Changes after ${gap.from} were missed: ${reason}.`,
      exit: "ok",
    };
  },
};

function chosen(slots: readonly SlotState[], name: string | undefined): SlotState {
  const lost = slots.filter(({ slot, lost }) => lost && (name === undefined || slot === name));
  const [only] = lost;
  if (only !== undefined && lost.length === 1) return only;
  const found = slots.map(({ slot, lost }) => `${slot} (${lost ? "lost" : "there"})`).join(", ");
  const problem =
    lost.length > 1 ? "Several slots are lost; name one with --slot." : "No such slot is lost.";
  throw new IntegrateDbError("IDB1308", problem, { found: found === "" ? "no slots" : found });
}

/** Only a slot that is still listed tells why it was invalidated, and only since PostgreSQL 16. */
async function reasonOf(client: pg.ClientBase, slot: string): Promise<string> {
  const { rows } = await client.query<{ slot: Record<string, unknown> }>(
    "select to_jsonb(s) as slot from pg_replication_slots s where s.slot_name = $1",
    [slot],
  );
  const [found] = rows;
  if (found === undefined) return "the slot does not exist any more";
  const why = found.slot["invalidation_reason"];
  return typeof why === "string" ? `the server invalidated the slot (${why})` : "the slot is lost";
}
