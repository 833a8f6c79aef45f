import type pg from "pg";
import { engineStatus, engineVersion } from "../../sql/index.ts";
import type { DatabaseCommand } from "../command.ts";
import { requireRegistry } from "../registry-access.ts";
import { counted, table } from "../terminal.ts";

export const status: DatabaseCommand = {
  name: "status",
  summary: "say what is installed, and how much it looks after",
  description:
    "Says which engine is installed and what it looks after: of each stakeholder the login that is " +
    "current, the days since it got its password, and, during a rotation, the login that comes next " +
    "and the stores for which it waits. Changes nothing and judges nothing: " +
    "that is what doctor is for. For the engine's owner and its operators.",
  jsonShape:
    '{"installed": boolean, "version": string | null, "command": string, "current": boolean, ' +
    '"enforce": "validate" | "commit" | null, "serverVersion": number, ' +
    '"stakeholders": number, "claims": number, "columns": number, "credentials": ' +
    '[{"stakeholder": string, "login": string | null, "days": number | null, "next": string | null, ' +
    '"waitsFor": string[], "closed": "retired" | "revoked" | null}]}',
  runsIn: "readOnly",
  async work(client) {
    await requireRegistry(client);
    const engine = await engineStatus(client);
    const registered = engine.installed ? await countRegistered(client) : nothing;
    const credentials = engine.installed ? await readCredentials(client) : [];
    const { installed, version = null, current, enforce = null, serverVersion } = engine;
    const json = {
      installed,
      version,
      command: engineVersion,
      current,
      enforce,
      serverVersion,
      ...registered,
      credentials,
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
    const text = [table([], rows), ...credentialTable(credentials)].join("\n\n");
    return { json, text, exit: "ok" };
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

interface Credentials {
  readonly stakeholder: string;
  readonly login: string | null;
  readonly days: number | null;
  readonly next: string | null;
  readonly waitsFor: readonly string[];
  readonly closed: "retired" | "revoked" | null;
}

/** An engine of release 0.1.0 knows nothing of rotations under way. */
async function readCredentials(client: pg.ClientBase): Promise<Credentials[]> {
  const { rows: known } = await client.query(
    "select where to_regclass('integratedb.logins') is not null",
  );
  if (known.length === 0) return [];
  const { rows } = await client.query<Credentials>(
    `select s.stakeholder, s.login::text, c.closed, n.login::text as next,
       extract(day from now() - s.rotated_at)::integer as days,
       array(select d.store || ' ' || d.entry from integratedb.deliveries d
         where d.stakeholder = s.stakeholder and n.login is not null and d.version is distinct from n.version
         order by 1) as "waitsFor"
     from integratedb.stakeholders s
     left join integratedb.logins c on c.stakeholder = s.stakeholder and c.is_current
     left join integratedb.logins n on n.stakeholder = s.stakeholder and n.version > c.version
     order by s.stakeholder`,
  );
  return rows;
}

function credentialTable(credentials: readonly Credentials[]): string[] {
  if (credentials.length === 0) return [];
  const rows = credentials.map(({ stakeholder, login, days, next, waitsFor, closed }) => [
    stakeholder,
    login ?? "-",
    days === null ? "-" : counted(days, "day"),
    closed ?? (next === null ? "" : `${next} next, waits for ${waitsFor.join(", ")}`),
  ]);
  return [table(["STAKEHOLDER", "LOGIN", "AGE", ""], rows)];
}
