import type { Client } from "pg";
import { formatLsn } from "./lsn.ts";

/** What a value looks like depends on these, whatever is set for the login, the database, the server. */
const valueSettings = {
  datestyle: "ISO",
  timezone: "UTC",
  intervalstyle: "iso_8601",
  extra_float_digits: "1",
  bytea_output: "hex",
  xmlbinary: "base64",
  search_path: "pg_catalog",
  // Changes that are passed over are told in a warning.
  client_min_messages: "warning",
};

/**
 * Makes values come in the form that this package documents.
 *
 * @returns the server's wal_sender_timeout in milliseconds
 */
export async function prepareSession(client: Client): Promise<number> {
  const settings = Object.entries(valueSettings).map(
    ([name, value]) => `pg_catalog.set_config('${name}', '${value}', false)`,
  );
  const { rows } = await client.query<{ timeout: string }>(
    `SELECT setting AS timeout, ${settings.join(", ")} FROM pg_catalog.pg_settings WHERE name = 'wal_sender_timeout'`,
  );
  return Number(rows[0]?.timeout);
}

/** The command that makes the server send, from what the slot has confirmed on. */
export function startReplication(
  client: Client,
  slot: string,
  publications: readonly string[],
  streaming: boolean,
): string {
  const names = publications.map((name) => client.escapeIdentifier(name)).join(",");
  const options = [
    `proto_version '${streaming ? 2 : 1}'`,
    `publication_names ${client.escapeLiteral(names)}`,
    ...(streaming ? ["streaming 'on'"] : []),
  ];
  return `START_REPLICATION SLOT ${client.escapeIdentifier(slot)} LOGICAL ${formatLsn(0n)} (${options.join(", ")})`;
}

/** A simple query as a frame of the protocol. */
export function queryFrame(text: string): Buffer {
  const body = Buffer.from(`${text}\0`);
  const frame = Buffer.allocUnsafe(5 + body.length);
  frame.write("Q", 0, "latin1");
  frame.writeInt32BE(4 + body.length, 1);
  body.copy(frame, 5);
  return frame;
}
