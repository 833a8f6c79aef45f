import { setTimeout as wait } from "node:timers/promises";
import { Argument } from "commander";
import type pg from "pg";
import type { DatabaseCommand } from "../command.ts";
import { requireRegistry } from "../registry-access.ts";
import { counted, printable } from "../terminal.ts";

export const revoke: DatabaseCommand = {
  name: "revoke",
  summary: "close the logins of a stakeholder at once, as after a leak",
  description:
    "Closes both logins of a stakeholder and ends their sessions. Waits for no migration. The next " +
    "`pulumi up` makes a login with a new password, brings it to every store, and so opens the " +
    "stakeholder again. Leases of Vault are not touched: `vault lease revoke -prefix` ends those. For " +
    "the engine's owner, and for operators of the stakeholder.",
  jsonShape: '{"stakeholder": string, "logins": string[], "sessions": number}',
  arguments: [new Argument("<stakeholder>", "name of the stakeholder")],
  runsIn: "session",
  async work(client, { stakeholder = "" }) {
    await requireRegistry(client, "revoke_logins");
    const { rows } = await client.query<{ logins: string[] }>(
      "select integratedb.revoke_logins($1) as logins",
      [stakeholder],
    );
    const [{ logins } = { logins: [] }] = rows;
    const sessions = await endSessions(client, stakeholder);
    const closed = logins.length === 0 ? "no login" : logins.join(" and ");
    return {
      json: { stakeholder, logins, sessions },
      text:
        `Closed ${printable(closed)} of ${printable(stakeholder)}, and ended ${counted(sessions, "session")}. ` +
        "Run `pulumi up` to make new credentials.",
      exit: "ok",
    };
  },
};

/** Who was about to connect when the logins were closed shows up a moment later. */
const lookAgainMilliseconds = 100;

async function endSessions(client: pg.ClientBase, stakeholder: string): Promise<number> {
  let [ended, quietLooks] = [0, 0];
  while (quietLooks < 2) {
    const { rows } = await client.query<{ sessions: number }>(
      "select integratedb.end_sessions($1) as sessions",
      [stakeholder],
    );
    const sessions = rows[0]?.sessions ?? 0;
    ended += sessions;
    quietLooks = sessions === 0 ? quietLooks + 1 : 0;
    await wait(lookAgainMilliseconds);
  }
  return ended;
}
