import { access } from "node:fs/promises";
import { runCommand } from "../../scripts/command.ts";
import { elapsed } from "../timing.ts";
import type { StreamStage } from "./stream-stage.ts";

const publications = "integratedb,integratedb_insert";
/** Debian's client of PostgreSQL 15, which serves all versions. */
const pgRecvlogical = "/usr/lib/postgresql/15/bin/pg_recvlogical";

/** Milliseconds that the server needs to decode what is behind the slot, sent nowhere: the true floor. */
export async function decodedInServer({ stage }: StreamStage): Promise<number> {
  return elapsed(() =>
    stage.sql(
      `SELECT count(*) FROM pg_logical_slot_peek_binary_changes('integratedb', NULL, NULL,
         'proto_version', '1', 'publication_names', '${publications}')`,
    ),
  );
}

/** Milliseconds that pg_recvlogical takes for the same, to /dev/null; undefined where it is not installed. */
export async function received(stream: StreamStage): Promise<number | undefined> {
  if (
    !(await access(pgRecvlogical).then(
      () => true,
      () => false,
    ))
  )
    return undefined;
  const slot = await stream.slots.copy();
  const { stage } = stream;
  const { rows } = await stage.database.owner.query<{ lsn: string }>(
    "SELECT pg_current_wal_lsn()::text AS lsn",
  );
  const took = await elapsed(async () => {
    const { code, output } = await runCommand(pgRecvlogical, [
      `--dbname=${stage.database.url}`,
      `--slot=${slot}`,
      "--start",
      "--no-loop",
      `--endpos=${rows[0]?.lsn}`,
      "--option=proto_version=1",
      `--option=publication_names=${publications}`,
      "--file=/dev/null",
    ]);
    if (code !== 0) throw new Error(output);
  });
  await stream.slots.drop(slot);
  return took;
}
