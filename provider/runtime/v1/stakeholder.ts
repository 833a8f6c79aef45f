import type { dynamic } from "@pulumi/pulumi";
import type pg from "pg";
import { z } from "zod";
import { IntegrateDbError } from "../../../sql/errors.ts";
import { atBoundary } from "../boundary.ts";
import { formFailures } from "../check-failures.ts";
import { parseConnection, transaction } from "../connection.ts";
import { type Credentials, credentials } from "../credentials.ts";
import { drifted, stakeholderDrift, unlessUninstalled } from "../drift.ts";
import { inputsOf } from "../input-change.ts";
import { changesOf, engineOf } from "../moved-connection.ts";
import { generatePassword, scramVerifier } from "../scram.ts";
import { hasUnknown, unknownValue } from "../unknown.ts";

const inputNames = [
  "connection",
  "name",
  "rotation",
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
  rotation: z.string().optional(),
  role: z.string().min(1).optional(),
  schema: z.string().min(1).optional(),
  adopt: z.boolean().optional(),
  deletion: z.enum(["restrict", "cascade"]).optional(),
});

type Inputs = z.output<typeof form>;

/** Properties of a stakeholder in state: inputs, credentials and, after a refresh, drift. */
interface Stakeholder extends Inputs, Partial<Credentials> {
  /** The engine in which it is, as `engineOf` answers. */
  readonly engine?: string | undefined;
  readonly drift?: readonly string[];
}

/** The stakeholder resource: group role, schema, and two logins of which one is current. */
export const stakeholder = atBoundary({
  async check(_olds: unknown, news: Inputs): Promise<dynamic.CheckResult> {
    const named = news.name === unknownValue || typeof news.name !== "string";
    const inputs = named ? news : { ...news, name: news.name.toLowerCase() };
    if (hasUnknown(news)) return { inputs };
    const parsed = form.safeParse(news);
    return parsed.success ? { inputs } : { inputs, failures: formFailures(parsed.error) };
  },

  async diff(_id: string, olds: Stakeholder, news: Inputs): Promise<dynamic.DiffResult> {
    return changesOf(olds, news, inputNames);
  },

  async create(inputs: Inputs): Promise<dynamic.CreateResult> {
    const connection = parseConnection(inputs.connection);
    const login = await newLogin();
    const { username, engine } = await transaction(connection, async (client) => {
      if (!inputs.adopt && (await isRegistered(client, inputs.name))) {
        throw alreadyThere(inputs.name);
      }
      await put(client, inputs);
      const issued = await rotate(client, inputs.name, login.verifier);
      return { username: issued, engine: await engineOf(client) };
    });
    const outs = { ...inputs, engine, ...credentials(connection, username, login.password) };
    return { id: inputs.name, outs };
  },

  async update(_id: string, olds: Stakeholder, news: Inputs): Promise<dynamic.UpdateResult> {
    const connection = parseConnection(news.connection);
    const login = await newLogin();
    const { issued, engine } = await transaction(connection, async (client) => {
      const renamed = await rename(client, olds.name, news.name);
      await put(client, news);
      const { username, rotation } = olds;
      const kept = !renamed && rotation === news.rotation && (await canLogIn(client, username));
      const current = renamed ? undefined : username;
      return {
        issued: kept ? undefined : await rotate(client, news.name, login.verifier, current),
        engine: await engineOf(client),
      };
    });
    const username = issued ?? olds.username ?? "";
    const password = issued === undefined ? (olds.password ?? "") : login.password;
    return { outs: { ...news, engine, ...credentials(connection, username, password) } };
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

async function newLogin(): Promise<{ password: string; verifier: string }> {
  const password = generatePassword();
  return { password, verifier: await scramVerifier(password) };
}

async function put(client: pg.ClientBase, { name, adopt, role, schema }: Inputs): Promise<void> {
  // Only the owner of the engine may give options: an operator adopts what is registered without.
  const takesOver = adopt === true && !(await isRegistered(client, name));
  const options = { adopt: takesOver || undefined, role, schema };
  await client.query("select integratedb.put_stakeholder($1, $2)", [name, options]);
}

async function isRegistered(client: pg.ClientBase, name: string): Promise<boolean> {
  const { rowCount } = await client.query(
    "select from integratedb.stakeholders where stakeholder = $1",
    [name],
  );
  return rowCount === 1;
}

async function rotate(
  client: pg.ClientBase,
  name: string,
  verifier: string,
  current?: string,
): Promise<string> {
  const { rows } = await client.query<{ result: { username: string } }>(
    "select integratedb.rotate_login($1, $2, $3) as result",
    [name, verifier, current ?? null],
  );
  return rows[0]?.result.username ?? "";
}

/** Renames if the old name is still registered: a database restored elsewhere may not know it. */
async function rename(client: pg.ClientBase, from: string, to: string): Promise<boolean> {
  if (from === to || !(await isRegistered(client, from))) return false;
  await client.query("select integratedb.rename_stakeholder($1, $2)", [from, to]);
  return true;
}

async function canLogIn(client: pg.ClientBase, username?: string): Promise<boolean> {
  const { rowCount } = await client.query(
    "select from pg_catalog.pg_roles where rolname = $1 and rolcanlogin",
    [username ?? null],
  );
  return rowCount === 1;
}

function alreadyThere(name: string): IntegrateDbError {
  return new IntegrateDbError("IDB1203", `The database already has a stakeholder ${name}.`);
}
