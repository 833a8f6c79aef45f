import { Option } from "commander";
import type pg from "pg";
import type { DatabaseCommand } from "../command.ts";
import { requireRegistry } from "../registry-access.ts";
import { table } from "../terminal.ts";

export const notifications: DatabaseCommand = {
  name: "notifications",
  summary: "list who is told of which changes, and where",
  description:
    "Lists the notifications, one table of each a line: events, fields, row condition and channels. " +
    "A notification of which a part cannot be delivered as things are is marked. Changes nothing. " +
    "For the engine's owner and its operators.",
  jsonShape:
    '{"notifications": [{"stakeholder": string, "notification": string, "match": [object], ' +
    '"channels": [{"name": string, "type": string}], "met": boolean, "since": string}]}',
  options: [new Option("--stakeholder <name>", "only those of this stakeholder")],
  runsIn: "readOnly",
  async work(client, { stakeholder }) {
    await requireRegistry(client);
    const found = await readNotifications(client, stakeholder);
    return {
      json: {
        notifications: found.map(({ spec, is_met: met, put_at: since, ...named }) => ({
          ...named,
          match: spec.match,
          channels: Object.entries(spec.channels).map(([name, { type }]) => ({ name, type })),
          met,
          since,
        })),
      },
      text:
        found.length === 0
          ? "Nobody is told of anything."
          : table(
              ["STAKEHOLDER", "NOTIFICATION", "PATH", "EVENTS", "FIELDS", "WHERE", "CHANNELS"],
              found.flatMap(lines),
            ),
      exit: "ok",
    };
  },
};

interface Registered {
  readonly stakeholder: string;
  readonly notification: string;
  readonly spec: {
    readonly match: readonly Match[];
    readonly channels: Readonly<Record<string, { readonly type: string }>>;
  };
  readonly is_met: boolean;
  readonly put_at: Date;
}

interface Match {
  readonly path: string;
  readonly events?: readonly string[];
  readonly fields?: readonly (string | { readonly name: string })[] | null;
  readonly channels?: readonly string[];
  readonly where?: unknown;
}

async function readNotifications(
  client: pg.ClientBase,
  stakeholder: string | undefined,
): Promise<Registered[]> {
  const { rows } = await client.query<Registered>(
    `select stakeholder, notification, spec, is_met, put_at from integratedb.notifications
     where $1::text is null or stakeholder = lower($1)
     order by stakeholder, notification`,
    [stakeholder],
  );
  return rows;
}

function lines({ stakeholder, notification, spec, is_met: isMet }: Registered): string[][] {
  const name = `${notification}${isMet ? "" : " (not as stated)"}`;
  return spec.match.map(({ path, events, fields, where, channels }) => [
    stakeholder,
    name,
    path,
    events?.join(",") ?? "*",
    fields?.map((field) => (typeof field === "string" ? field : field.name)).join(",") ?? "",
    where === undefined ? "" : JSON.stringify(where),
    channels?.join(",") ?? "*",
  ]);
}
