import { InvalidArgumentError, Option } from "commander";
import type pg from "pg";
import type { CommandOptions } from "./command.ts";

/** An event that could not be delivered, and waits for an operator. */
export interface DeadLetter {
  readonly id: string;
  readonly stakeholder: string | null;
  readonly notification: string | null;
  readonly channel: string;
  /** `<commit LSN>:<index>`. */
  readonly event: string;
  readonly reason: string;
  readonly diedAt: Date;
}

/** The options with which dead letters are chosen; those that are given must all hold. */
export function filterOptions(): Option[] {
  return [
    new Option("--stakeholder <name>", "only those of this stakeholder"),
    new Option("--notification <name>", "only those of notifications of this name"),
    new Option("--channel <name>", "only those of channels of this name"),
    new Option("--id <id...>", "only these").argParser(addId),
  ];
}

/** The number of a dead letter. */
export function letterId(text: string): string {
  if (!/^\d{1,18}$/.test(text)) throw new InvalidArgumentError("It is a number.");
  return text;
}

function addId(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), letterId(text)];
}

/** `d`, a dead letter that was not sent again, is one of those chosen by `filterValues`. */
export const filterCondition = `not d.redriven
  and ($1::text is null or exists (
    select from integratedb.channels c where c.channel_id = d.channel_id and c.stakeholder = lower($1)))
  and ($2::text is null or exists (
    select from integratedb.channels c where c.channel_id = d.channel_id and c.notification = $2))
  and ($3::text is null or exists (
    select from integratedb.channel c where c.id = d.channel_id and c.name = $3))
  and ($4::bigint[] is null or d.id = any ($4))`;

export function filterValues(options: CommandOptions): unknown[] {
  const { stakeholder, notification, channel, id } = options;
  return [stakeholder, notification, channel, id];
}

/** Whether the options choose any at all. */
export function isFiltered(options: CommandOptions): boolean {
  return filterValues(options).some((value) => value !== undefined);
}

/** The dead letters that the options choose, the oldest first, and how many there are. */
export async function readDeadLetters(
  client: pg.ClientBase,
  options: CommandOptions,
  limit: number,
): Promise<{ letters: DeadLetter[]; total: number }> {
  const { rows } = await client.query<DeadLetter & { total: number }>(
    `select d.id::text, n.stakeholder, n.notification, n.channel, d.lsn || ':' || d.index as event,
       d.reason, d.died_at as "diedAt", count(*) over ()::float8 as total
     from integratedb.dead_letter d
     join integratedb.channels n on n.channel_id = d.channel_id
     where ${filterCondition}
     order by d.id limit $5`,
    [...filterValues(options), limit],
  );
  const letters = rows.map(({ total: _, ...letter }) => letter);
  return { letters, total: rows[0]?.total ?? 0 };
}
