import type pg from "pg";
import { engineStatus, engineVersion } from "../../sql/index.ts";
import type { DatabaseCommand } from "../command.ts";
import { requireRegistry } from "../registry-access.ts";
import { table } from "../terminal.ts";

export const status: DatabaseCommand = {
  name: "status",
  summary: "say what is installed, and how much it looks after",
  description:
    "Says which engine is installed and what it looks after. Changes nothing and judges nothing: " +
    "that is what doctor is for. For the engine's owner and its operators.",
  jsonShape:
    '{"installed": boolean, "version": string | null, "command": string, "current": boolean, ' +
    '"enforce": "validate" | "commit" | null, "serverVersion": number, ' +
    '"stakeholders": number, "claims": number, "columns": number}',
  runsIn: "readOnly",
  async work(client) {
    await requireRegistry(client);
    const engine = await engineStatus(client);
    const registered = engine.installed ? await countRegistered(client) : nothing;
    const { installed, version = null, current, enforce = null, serverVersion } = engine;
    const json = {
      installed,
      version,
      command: engineVersion,
      current,
      enforce,
      serverVersion,
      ...registered,
    };
    const rows = [
      [
        "engine",
        installed
          ? `${version}${current ? "" : ` (this command: ${engineVersion})`}`
          : "not installed",
      ],
      ["enforced at", enforce ?? "-"],
      ["server", `PostgreSQL ${Math.floor(serverVersion / 10_000)}`],
      ["stakeholders", `${registered.stakeholders}`],
      ["claims", `${registered.claims}`],
      ["claimed columns", `${registered.columns}`],
    ];
    return { json, text: table([], rows), exit: "ok" };
  },
};

const nothing = { stakeholders: 0, claims: 0, columns: 0 };

async function countRegistered(client: pg.ClientBase): Promise<typeof nothing> {
  const { rows } = await client.query<typeof nothing>(
    `select
       (select count(*)::int from integratedb.stakeholders) as stakeholders,
       (select count(*)::int from integratedb.claims) as claims,
       (select count(distinct (path, field))::int from integratedb.claimed_columns) as columns`,
  );
  return rows[0] ?? nothing;
}
