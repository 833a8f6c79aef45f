import { Option } from "commander";
import type pg from "pg";
import { engineStatus, IntegrateDbError, uninstall as uninstallEngine } from "../../sql/index.ts";
import type { DatabaseCommand } from "../command.ts";
import { requireRegistry } from "../registry-access.ts";
import { counted, printable } from "../terminal.ts";

export const uninstall: DatabaseCommand = {
  name: "uninstall",
  summary: "remove the engine and everything that it made",
  description:
    "Removes the engine, the registry, and the roles, logins, schemas and grants that it made; " +
    "nothing else. What has to stay, such as a schema that holds tables, is listed with its reason. " +
    "While stakeholders are registered it asks for --yes.",
  jsonShape: '{"dropped": [string], "kept": [{"object": string, "reason": string}]}',
  options: [new Option("--yes", "also drop the registered stakeholders and their claims")],
  runsIn: "session",
  async work(client, { yes }) {
    await requireRegistry(client);
    if (!yes) await refuseWhileInUse(client);
    const { dropped, kept } = await uninstallEngine(client);
    const lines = [
      dropped.length === 0 ? "Nothing to remove." : `Removed ${counted(dropped.length, "object")}.`,
      ...kept.map(({ object, reason }) => `Kept ${printable(object)}: ${printable(reason)}`),
    ];
    return { json: { dropped, kept }, text: lines.join("\n"), exit: "ok" };
  },
};

async function refuseWhileInUse(client: pg.ClientBase): Promise<void> {
  const { installed } = await engineStatus(client);
  if (!installed) return;
  const { rows } = await client.query<{ stakeholder: string }>(
    "select stakeholder from integratedb.stakeholders order by stakeholder",
  );
  if (rows.length === 0) return;
  const some = rows.slice(0, 3).map(({ stakeholder }) => stakeholder);
  const named = [...some, ...(rows.length > some.length ? ["…"] : [])].join(", ");
  throw new IntegrateDbError(
    "IDB1303",
    `${counted(rows.length, "stakeholder")} would lose access: ${named}.`,
  );
}
