import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import type pg from "pg";
import { z } from "zod";
import { IntegrateDbError } from "../../../sql/errors.ts";
import { engineVersion, installInTransaction, uninstallInTransaction } from "../../../sql/index.ts";
import { atBoundary } from "../boundary.ts";
import { failureOf, formFailures } from "../check-failures.ts";
import { parseConnection, toIntegrateDbError, transaction } from "../connection.ts";
import { databaseDrift, drifted, unlessUninstalled } from "../drift.ts";
import { inputsOf } from "../input-change.ts";
import { changesOf, engineOf } from "../moved-connection.ts";
import { databaseIsUpToDate, policyWillChange } from "../previewed-database.ts";
import { obtainRelayKey, type RelayKey } from "../relay-key.ts";
import { hasUnknown } from "../unknown.ts";

const inputNames = [
  "connection",
  "engineVersion",
  "enforce",
  "policy",
  "operators",
  "relayRoles",
  "deletion",
] as const;

const glob = z.string().min(1);

const form = z.object({
  connection: z.union([z.string(), z.looseObject({})]),
  enforce: z.enum(["validate", "commit"]).optional(),
  policy: z
    .strictObject({
      rules: z
        .array(
          z.strictObject({
            effect: z.enum(["allow", "deny"]),
            stakeholder: glob.optional(),
            path: glob.optional(),
            columns: z.array(glob).optional(),
          }),
        )
        .optional(),
      sensitive: z.array(glob).optional(),
    })
    .optional(),
  operators: z.record(z.string().min(1), glob).optional(),
  relayRoles: z.array(z.string().min(1)).optional(),
  deletion: z.enum(["restrict", "cascade"]).optional(),
});

type Inputs = z.output<typeof form>;

/** Properties of a database in state. `engineVersion` is added by `check`. */
interface Database extends Inputs, Partial<RelayKey> {
  readonly engineVersion?: string;
  /** Whether this resource installed the engine, and so uninstalls it. */
  readonly installed?: boolean | undefined;
  /** The engine in which it is, as `engineOf` answers. */
  readonly engine?: string | undefined;
  readonly drift?: readonly string[];
}

/** The database resource: the engine in it, the policy of claims and the operators. */
export const database = atBoundary({
  /** Adds the engine's version, so that a newer release of the package upgrades the engine. */
  async check(olds: Partial<Inputs>, news: Inputs): Promise<dynamic.CheckResult> {
    const inputs = { ...news, engineVersion };
    if (hasUnknown(news)) return { inputs };
    const parsed = form.safeParse(news);
    if (!parsed.success) return { inputs, failures: formFailures(parsed.error) };
    try {
      const connection = parseConnection(news.connection);
      if (!isDeepStrictEqual(olds.policy, news.policy)) policyWillChange(connection);
      return { inputs };
    } catch (error) {
      return { inputs, failures: [failureOf(toIntegrateDbError(error))] };
    }
  },

  /** A state of release 0.1.0 has no relay key yet. */
  async diff(_id: string, olds: Database, news: Database): Promise<dynamic.DiffResult> {
    const { changes, replaces } = await changesOf(olds, news, inputNames);
    return { changes: changes || olds.relayPublicKey === undefined, replaces };
  },

  async create(inputs: Database): Promise<dynamic.CreateResult> {
    const { database: name, host } = parseConnection(inputs.connection);
    return { id: `${host}/${name}`, outs: { ...inputs, ...(await put(inputs)) } };
  },

  async update(_id: string, olds: Database, news: Database): Promise<dynamic.UpdateResult> {
    const { installed, ...outs } = await put(news, olds);
    const same = olds.engine === undefined || olds.engine === outs.engine;
    return { outs: { ...news, ...outs, installed: installed || (same && olds.installed) } };
  },

  /** Looks for the engine, its version and its settings; without an engine the id is blank. */
  async read(id: string, props: Database): Promise<dynamic.ReadResult> {
    const { drift: _, ...known } = props;
    const found = await databaseDrift(parseConnection(props.connection), props);
    if (found === undefined) return { id: "" };
    const now = { ...known, engineVersion: found.version, ...drifted(found.drift) };
    return { id, props: now, inputs: inputsOf(now, [...inputNames, "drift"]) };
  },

  async delete(_id: string, props: Database): Promise<void> {
    const connection = parseConnection(props.connection);
    const deleted = transaction(connection, async (client) => {
      if (!props.installed) {
        await removeSettings(client, props);
        return { kept: [] };
      }
      if (props.deletion !== "cascade") await refuseWhileInUse(client);
      return uninstallInTransaction(client);
    });
    const { kept } = (await unlessUninstalled(deleted)) ?? { kept: [] };
    for (const { object, reason } of kept) process.stderr.write(`${object} was kept: ${reason}\n`);
  },
});

/** Installs or upgrades the engine and sets what is stated. */
async function put(
  news: Database,
  olds?: Database,
): Promise<RelayKey & { installed: boolean; engine: string | undefined }> {
  const connection = parseConnection(news.connection);
  const outcome = await transaction(connection, async (client) => {
    // What the program no longer states is again as it would be had it never been stated.
    const enforce = news.enforce ?? (olds?.enforce === undefined ? undefined : "validate");
    const { previous } = await installInTransaction(
      client,
      enforce === undefined ? {} : { enforce },
    );
    if (news.policy !== undefined || olds?.policy !== undefined) {
      await client.query("select integratedb.set_policy($1)", [news.policy ?? {}]);
    }
    await putOperators(client, news.operators ?? {}, olds?.operators ?? {});
    await putRelayRoles(client, news.relayRoles ?? [], olds?.relayRoles ?? []);
    const key = await obtainRelayKey(client, olds?.relayKey);
    return { ...key, installed: previous === undefined, engine: await engineOf(client) };
  });
  databaseIsUpToDate(connection);
  return outcome;
}

async function putOperators(
  client: pg.ClientBase,
  stated: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): Promise<void> {
  for (const role of Object.keys(before).filter((name) => !(name in stated))) {
    await client.query("select integratedb.delete_operator($1)", [role]);
  }
  for (const [role, pattern] of Object.entries(stated)) {
    await client.query("select integratedb.put_operator($1, $2)", [role, pattern]);
  }
}

async function putRelayRoles(
  client: pg.ClientBase,
  stated: readonly string[],
  before: readonly string[],
): Promise<void> {
  for (const role of before.filter((name) => !stated.includes(name))) {
    await client.query("select integratedb.revoke_relay($1)", [role]);
  }
  for (const role of stated) await client.query("select integratedb.grant_relay($1)", [role]);
}

/**
 * Takes back what this resource set in an engine that it did not install and leaves there. The
 * relay's key stays: notifications of other programs have sealed their secrets to it.
 */
async function removeSettings(client: pg.ClientBase, props: Database): Promise<void> {
  await putOperators(client, {}, props.operators ?? {});
  await putRelayRoles(client, [], props.relayRoles ?? []);
  if (props.policy !== undefined) await client.query("select integratedb.set_policy('{}')");
}

async function refuseWhileInUse(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ stakeholder: string }>(
    "select stakeholder from integratedb.stakeholders order by stakeholder limit 5",
  );
  if (rows.length === 0) return;
  const names = rows.map(({ stakeholder }) => stakeholder).join(", ");
  const problem = `The database still has stakeholders of other programs: ${names}.`;
  throw new IntegrateDbError("IDB1204", problem);
}
