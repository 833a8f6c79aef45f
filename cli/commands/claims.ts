import { Option } from "commander";
import type pg from "pg";
import type { DatabaseCommand } from "../command.ts";
import { requireRegistry } from "../registry-access.ts";
import { table } from "../terminal.ts";

export const claims: DatabaseCommand = {
  name: "claims",
  summary: "list every claimed column: who claims it, in which shape, since when",
  description:
    "Lists what the stakeholders count on, one column a line: its shape as the claim states it, or " +
    "as it was when the claim was last in line with the database. A table that is claimed without " +
    "columns has none. Changes nothing. For the engine's owner and its operators.",
  jsonShape:
    '{"claims": [{"stakeholder": string, "claim": string, "path": string, "field": string | null, ' +
    '"type": string | null, "nullable": boolean | null, "optional": boolean, "since": string}]}',
  options: [new Option("--stakeholder <name>", "only what this stakeholder claims")],
  runsIn: "readOnly",
  async work(client, { stakeholder }) {
    await requireRegistry(client);
    const columns = await readClaimedColumns(client, stakeholder);
    return {
      json: { claims: columns },
      text:
        columns.length === 0
          ? "Nothing is claimed."
          : table(["STAKEHOLDER", "CLAIM", "PATH", "COLUMN", "SHAPE", "SINCE"], columns.map(row)),
      exit: "ok",
    };
  },
};

interface ClaimedColumn {
  readonly stakeholder: string;
  readonly claim: string;
  readonly path: string;
  readonly field: string | null;
  readonly type: string | null;
  readonly nullable: boolean | null;
  readonly optional: boolean;
  readonly since: Date;
}

async function readClaimedColumns(
  client: pg.ClientBase,
  stakeholder: string | undefined,
): Promise<ClaimedColumn[]> {
  const { rows } = await client.query<ClaimedColumn>(
    `select stakeholder, claim, path, field, type, not not_null as nullable, optional, since
     from integratedb.claimed_columns
     where $1::text is null or stakeholder = lower($1)
     order by stakeholder, claim, path, field`,
    [stakeholder],
  );
  return rows;
}

function row({ stakeholder, claim, path, field, type, nullable, optional, since }: ClaimedColumn) {
  const shape = [type, nullable === false && "not null", optional && "(optional)"];
  return [
    stakeholder,
    claim,
    path,
    field ?? "",
    shape.filter(Boolean).join(" "),
    since.toISOString().slice(0, 10),
  ];
}
