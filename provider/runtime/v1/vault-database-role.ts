import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import type pg from "pg";
import { z } from "zod";
import { IntegrateDbError } from "../../../sql/errors.ts";
import { stores } from "../../stores/index.ts";
import { atBoundary } from "../boundary.ts";
import { formFailures } from "../check-failures.ts";
import { parseConnection, readOnly } from "../connection.ts";
import { drifted } from "../drift.ts";
import { hasChanged, inputsOf } from "../input-change.ts";
import {
  type EngineConnection,
  requireLeaseRights,
  requireUsableConnection,
} from "../lease-preflight.ts";
import { type LeaseTarget, leaseStatements } from "../lease-statements.ts";
import { entryError, storeError } from "../store-errors.ts";
import { hasUnknown } from "../unknown.ts";
import { type VaultClient, VaultError, vaultClient } from "../vault.ts";

const inputNames = [
  "connection",
  "stakeholder",
  "name",
  "mount",
  "vaultConnection",
  "address",
  "namespace",
  "defaultTtl",
  "maxTtl",
  "adopt",
  "timeoutSeconds",
] as const;

const part = z.string().regex(/^\w(([\w.-]+)?\w)?$/, {
  error: "must hold letters, digits, _, . and -, and begin and end with none of . and -",
});
const period = z.string().regex(/^0*[1-9]\d{0,8}[smhd]$/, {
  error: 'must be a number of s, m, h or d, such as "1h"',
});
const form = z.object({
  connection: z.union([z.string(), z.looseObject({})]),
  stakeholder: z.string().min(1),
  name: part,
  mount: z.string().regex(/^[\w.-]+(\/[\w.-]+)*$/, { error: "must not begin or end with /" }),
  vaultConnection: part,
  address: z.url().optional(),
  namespace: z.string().min(1).optional(),
  defaultTtl: period,
  maxTtl: period,
  adopt: z.boolean().optional(),
  timeoutSeconds: z.number().positive().max(600).optional(),
});

type Inputs = z.output<typeof form>;

/** Properties in state: the inputs and, after a refresh that found any, drift. */
interface VaultDatabaseRole extends Inputs {
  readonly drift?: readonly string[];
}

/** A role of Vault's database engine, whose leases are logins of a stakeholder. */
export const vaultDatabaseRole = atBoundary({
  async check(_olds: unknown, news: Inputs): Promise<dynamic.CheckResult> {
    if (hasUnknown(news)) return { inputs: news };
    const parsed = form.safeParse(news);
    if (!parsed.success) return { inputs: news, failures: formFailures(parsed.error) };
    const { defaultTtl, maxTtl } = parsed.data;
    if (seconds(defaultTtl) <= seconds(maxTtl)) return { inputs: news };
    const reason = `IDB1201 defaultTtl: ${defaultTtl} is longer than maxTtl, ${maxTtl}`;
    return { inputs: news, failures: [{ property: "defaultTtl", reason }] };
  },

  async diff(_id: string, olds: VaultDatabaseRole, news: Inputs): Promise<dynamic.DiffResult> {
    const place = ["name", "mount", "address", "namespace"] as const;
    return {
      changes: hasChanged({ ...olds }, { ...news }, inputNames),
      replaces: place.filter((each) => olds[each] !== news[each]),
    };
  },

  async create(inputs: Inputs): Promise<dynamic.CreateResult> {
    await working(inputs, async (vault) => {
      const wanted = await prepared(inputs, vault);
      const found = await roleIn(vault, inputs);
      if (found !== undefined && !inputs.adopt && differences(found, wanted).length > 0) {
        const remedy = "Set `adopt: true` to take it over, or choose another name.";
        throw entryError(
          "IDB1507",
          placeOf(inputs),
          "it is there already, and another one.",
          remedy,
        );
      }
      await write(vault, inputs, wanted);
    });
    return { id: `${inputs.mount}/${inputs.name}`, outs: { ...inputs } };
  },

  async update(_id: string, _olds: VaultDatabaseRole, news: Inputs): Promise<dynamic.UpdateResult> {
    await working(news, async (vault) => write(vault, news, await prepared(news, vault)));
    return { outs: { ...news } };
  },

  /** Compares the role with what it is to be; one that is gone has a blank id. */
  async read(id: string, props: VaultDatabaseRole): Promise<dynamic.ReadResult> {
    const { drift: _, ...known } = props;
    const drift = await working(props, async (vault) => {
      const found = await roleIn(vault, props);
      const target = await targetOf(props);
      if (found === undefined) return undefined;
      return target === undefined ? [] : differences(found, roleOf(props, target));
    });
    if (drift === undefined) return { id: "" };
    const now = { ...known, ...drifted(drift) };
    return { id, props: now, inputs: inputsOf(now, [...inputNames, "drift"]) };
  },

  /** Ends the leases first: the role that they are members of is about to go. */
  async delete(_id: string, props: VaultDatabaseRole): Promise<void> {
    const { mount, name } = props;
    await working(props, async (vault) => {
      try {
        await vault({ method: "PUT", path: `sys/leases/revoke-prefix/${mount}/creds/${name}` });
      } catch (error) {
        if (!(error instanceof VaultError) || error.status !== 403) throw error;
        process.stderr.write(
          `Leases of ${mount}/creds/${name} were kept until they end: Vault does not let this token revoke them\n`,
        );
      }
      // With the engine's mount, the role is gone as well.
      if ((await roleIn(vault, props)) !== undefined) {
        await vault({ method: "DELETE", path: rolePath(props) });
      }
    });
  },
});

/** The role as Vault keeps it. */
function roleOf({ vaultConnection, defaultTtl, maxTtl }: Inputs, target: LeaseTarget) {
  return {
    db_name: vaultConnection,
    default_ttl: seconds(defaultTtl),
    max_ttl: seconds(maxTtl),
    ...leaseStatements(target),
  };
}

type Role = ReturnType<typeof roleOf>;

/** What the role is to be, after everything that leases need was found to be there. */
async function prepared(inputs: Inputs, vault: VaultClient): Promise<Role> {
  const { mount, vaultConnection, name } = inputs;
  const config = await vault({ method: "GET", path: `${mount}/config/${vaultConnection}` }).catch(
    (error: unknown) => {
      if (!(error instanceof VaultError) || error.status !== 404) throw error;
      const problem = `Vault has no connection ${mount}/config/${vaultConnection}.`;
      throw new IntegrateDbError("IDB1512", problem);
    },
  );
  const target = await targetOf(inputs);
  if (target === undefined) {
    throw new IntegrateDbError("IDB2006", `There is no stakeholder ${inputs.stakeholder}.`);
  }
  const names = { mount, connection: vaultConnection, role: name };
  const user = requireUsableConnection(config.data as EngineConnection, names, target);
  if (user !== undefined) {
    await readOnly(parseConnection(inputs.connection), (client) =>
      requireLeaseRights(client, user, target),
    );
  }
  return roleOf(inputs, target);
}

function targetOf({ connection, stakeholder }: Inputs): Promise<LeaseTarget | undefined> {
  return readOnly(parseConnection(connection), async (client: pg.ClientBase) => {
    const { rows } = await client.query<{ role: string; schema: string; database: string }>(
      `select role_name as role, schema_name as schema, current_database() as database
       from integratedb.stakeholders where stakeholder = $1`,
      [stakeholder],
    );
    return rows[0];
  });
}

async function roleIn(
  vault: VaultClient,
  inputs: Inputs,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return (await vault({ method: "GET", path: rolePath(inputs) })).data;
  } catch (error) {
    if (error instanceof VaultError && error.status === 404) return undefined;
    throw error;
  }
}

async function write(vault: VaultClient, inputs: Inputs, role: Role): Promise<void> {
  await vault({ method: "POST", path: rolePath(inputs), body: role });
}

function differences(found: Readonly<Record<string, unknown>>, wanted: Role): string[] {
  return Object.entries(wanted)
    .filter(([key, value]) => !isDeepStrictEqual(found[key], value))
    .map(([key]) => `${key} was changed`);
}

function rolePath({ mount, name }: Inputs): string {
  return `${mount}/roles/${name}`;
}

function placeOf(inputs: Inputs): { store: "vaultSecret"; name: string } {
  return { store: "vaultSecret", name: rolePath(inputs) };
}

const unitSeconds = { s: 1, m: 60, h: 3_600, d: 86_400 };

function seconds(text: string): number {
  return Number.parseInt(text, 10) * unitSeconds[text.slice(-1) as keyof typeof unitSeconds];
}

/** Seconds that Vault may take. */
const defaultTimeout = 30;

async function working<T>(inputs: Inputs, work: (vault: VaultClient) => Promise<T>): Promise<T> {
  const { address, namespace, timeoutSeconds = defaultTimeout } = inputs;
  const signal = AbortSignal.timeout(timeoutSeconds * 1_000);
  try {
    return await work(await vaultClient({ address, namespace }, signal));
  } catch (error) {
    if (!signal.aborted)
      throw storeError(placeOf(inputs), error, stores.vaultSecret.explain(error));
    const problem = `the store has not answered within ${timeoutSeconds} seconds.`;
    throw entryError("IDB1504", placeOf(inputs), problem);
  }
}
