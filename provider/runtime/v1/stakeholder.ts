import type { dynamic } from "@pulumi/pulumi";
import type pg from "pg";
import { z } from "zod";
import { IntegrateDbError } from "../../../sql/errors.ts";
import { atBoundary } from "../boundary.ts";
import { failureOf, formFailures } from "../check-failures.ts";
import { parseConnection, toIntegrateDbError, transaction } from "../connection.ts";
import { type Credentials, credentials } from "../credentials.ts";
import { drifted, stakeholderDrift, unlessUninstalled } from "../drift.ts";
import { inputsOf } from "../input-change.ts";
import { changesOf, engineOf } from "../moved-connection.ts";
import {
  endSessions,
  type Held,
  newLogin,
  previewRotation,
  type RotationOutlook,
  rotateLogin,
  rotationOutlook,
} from "../rotation.ts";
import { rotationForm } from "../rotation-form.ts";
import { hasUnknown, unknownValue } from "../unknown.ts";

const inputNames = [
  "connection",
  "name",
  "rotation",
  "retire",
  "role",
  "schema",
  "adopt",
  "deletion",
] as const;

const form = z.object({
  connection: z.union([z.string(), z.looseObject({})]),
  name: z.string().regex(/^[a-zA-Z_]\w{0,31}$/, {
    error: "must begin with a letter or _, then hold at most 31 letters, digits or _",
  }),
  rotation: rotationForm.optional(),
  retire: z.boolean().optional(),
  role: z.string().min(1).optional(),
  schema: z.string().min(1).optional(),
  adopt: z.boolean().optional(),
  deletion: z.enum(["restrict", "cascade"]).optional(),
});

interface Inputs extends z.output<typeof form> {
  /** Added by `check` where new credentials, or the end of a login, are due: what, and since when. */
  readonly rotationDue?: string | undefined;
}

/** Properties of a stakeholder in state: inputs, credentials and, after a refresh, drift. */
interface Stakeholder extends Inputs, Partial<Credentials> {
  /** Number of the credentials, from 1. State of release 0.1.0 has none. */
  readonly version?: number | undefined;
  /** The engine in which it is, as `engineOf` answers. */
  readonly engine?: string | undefined;
  readonly drift?: readonly string[];
}

/** The stakeholder resource: group role, schema, and two logins of which one is current. */
export const stakeholder = atBoundary({
  async check(olds: Partial<Inputs> | undefined, news: Inputs): Promise<dynamic.CheckResult> {
    const inputs = normalized(news);
    if (hasUnknown(news)) return { inputs };
    const parsed = form.safeParse(inputs);
    if (!parsed.success) return { inputs, failures: formFailures(parsed.error) };
    try {
      const connection = parseConnection(inputs.connection);
      const { name, rotation } = inputs;
      const outlook = await previewRotation(connection, name, rotation, olds?.rotation);
      const due = outlook?.due ?? undefined;
      return { inputs: due === undefined ? inputs : { ...inputs, rotationDue: due } };
    } catch (error) {
      return { inputs, failures: [failureOf(toIntegrateDbError(error))] };
    }
  },

  async diff(_id: string, olds: Stakeholder, news: Inputs): Promise<dynamic.DiffResult> {
    const answer = await changesOf(olds, news, inputNames);
    if (answer.changes || hasUnknown(news)) return answer;
    return {
      ...answer,
      changes: news.rotationDue !== undefined || !(await holdsNewest(olds, news)),
    };
  },

  async create(inputs: Inputs): Promise<dynamic.CreateResult> {
    const connection = parseConnection(inputs.connection);
    const login = await newLogin();
    const { issued, engine } = await transaction(connection, async (client) => {
      if (!inputs.adopt && (await isRegistered(client, inputs.name))) {
        throw alreadyThere(inputs.name);
      }
      await put(client, inputs);
      const issued = await rotateLogin(client, inputs.name, login, {}, inputs.rotation);
      return { issued, engine: await engineOf(client) };
    });
    const { username, version } = issued;
    const handedOut = credentials(connection, username, login.password);
    return { id: inputs.name, outs: { ...withoutDue(inputs), engine, version, ...handedOut } };
  },

  async update(_id: string, olds: Stakeholder, news: Inputs): Promise<dynamic.UpdateResult> {
    const connection = parseConnection(news.connection);
    const login = await newLogin();
    const { current, engine, isClosed } = await transaction(connection, async (client) => {
      const renamed = await rename(client, olds.name, news.name);
      await put(client, news);
      const { name, rotation } = news;
      const outlook = await rotationOutlook(client, name, rotation, olds.rotation);
      const held = renamed ? {} : heldBy(olds, outlook);
      const isNewest = held.version !== undefined && held.version === outlook?.version;
      const kept = isNewest && !outlook.rotates;
      const current = kept
        ? { username: olds.username ?? "", version: outlook.version, rotated: false }
        : await rotateLogin(client, name, login, held, rotation);
      const isClosed = news.retire === true && (await retire(client, name, held));
      return { current, engine: await engineOf(client), isClosed };
    });
    if (isClosed || news.rotationDue !== undefined) await endSessions(connection, news.name);
    const { username, version, rotated } = current;
    const password = rotated ? login.password : (olds.password ?? "");
    const handedOut = credentials(connection, username, password);
    return { outs: { ...withoutDue(news), engine, version, ...handedOut } };
  },

  /** Looks for the stakeholder, its roles and their grants; a stakeholder that is gone has a blank id. */
  async read(id: string, props: Stakeholder): Promise<dynamic.ReadResult> {
    const { drift: _, ...known } = props;
    const drift = await stakeholderDrift(
      parseConnection(props.connection),
      props.name,
      props.username,
    );
    if (drift === undefined) return { id: "" };
    const now = { ...known, ...drifted(drift) };
    return { id, props: now, inputs: inputsOf(now, [...inputNames, "drift"]) };
  },

  async delete(_id: string, props: Stakeholder): Promise<void> {
    const deleted = transaction(parseConnection(props.connection), async (client) => {
      const { rows } = await client.query<{ report: { kept: Kept[] } }>(
        "select integratedb.delete_stakeholder($1, $2) as report",
        [props.name, { cascade: props.deletion === "cascade" }],
      );
      return rows[0]?.report.kept ?? [];
    });
    const kept = (await unlessUninstalled(deleted)) ?? [];
    // The output of a provider is what Pulumi shows beside a deletion.
    for (const { object, reason } of kept) process.stderr.write(`${object} was kept: ${reason}\n`);
  },
});

interface Kept {
  readonly object: string;
  readonly reason: string;
}

/** As the registry has them: names in lower case, and 1 the same rotation as "1". */
function normalized(news: Inputs): Inputs {
  const { name, rotation } = news as { name: unknown; rotation: unknown };
  return {
    ...news,
    ...(typeof name === "string" && name !== unknownValue ? { name: name.toLowerCase() } : {}),
    ...(typeof rotation === "number" ? { rotation: String(rotation) } : {}),
  };
}

function withoutDue({ rotationDue: _, ...inputs }: Inputs): Inputs {
  return inputs;
}

/**
 * Whether the credentials in state are the newest. They are not if a rotation was interrupted
 * before its answer was kept, or if somebody else has made new ones.
 */
async function holdsNewest(olds: Stakeholder, news: Inputs): Promise<boolean> {
  const connection = parseConnection(news.connection);
  const outlook = await previewRotation(connection, news.name, news.rotation, olds.rotation);
  return outlook === undefined || outlook.version === olds.version;
}

/** State of release 0.1.0 knows its login only: the credentials are then the newest of that login. */
function heldBy(olds: Stakeholder, outlook: RotationOutlook | undefined): Held {
  const { username, version } = olds;
  if (version !== undefined || username === undefined) return { username, version };
  return { username, version: username === outlook?.login ? outlook.version : undefined };
}

async function retire(client: pg.ClientBase, name: string, { version }: Held): Promise<boolean> {
  if (version === undefined) return false;
  const { rows } = await client.query<{ closed: boolean }>(
    "select integratedb.retire_login($1, $2) as closed",
    [name, version],
  );
  return rows[0]?.closed === true;
}

async function put(client: pg.ClientBase, inputs: Inputs): Promise<void> {
  const { name, adopt, role, schema, retire = false } = inputs;
  // Only the owner of the engine may give options: an operator adopts what is registered without.
  const takesOver = adopt === true && !(await isRegistered(client, name));
  const options = { adopt: takesOver || undefined, role, schema, retire };
  await client.query("select integratedb.put_stakeholder($1, $2)", [name, options]);
}

async function isRegistered(client: pg.ClientBase, name: string): Promise<boolean> {
  const { rowCount } = await client.query(
    "select from integratedb.stakeholders where stakeholder = $1",
    [name],
  );
  return rowCount === 1;
}

/** Renames if the old name is still registered: a database restored elsewhere may not know it. */
async function rename(client: pg.ClientBase, from: string, to: string): Promise<boolean> {
  if (from === to || !(await isRegistered(client, from))) return false;
  await client.query("select integratedb.rename_stakeholder($1, $2)", [from, to]);
  return true;
}

function alreadyThere(name: string): IntegrateDbError {
  return new IntegrateDbError("IDB1203", `The database already has a stakeholder ${name}.`);
}
