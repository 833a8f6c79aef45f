import type { dynamic } from "@pulumi/pulumi";
import type pg from "pg";
import { z } from "zod";
import { IntegrateDbError } from "../../../sql/errors.ts";
import { atBoundary } from "../boundary.ts";
import { failureOf, formFailures } from "../check-failures.ts";
import {
  type Connection,
  parseConnection,
  toIntegrateDbError,
  transaction,
} from "../connection.ts";
import { credentials } from "../credentials.ts";
import { drifted } from "../drift.ts";
import { inputsOf } from "../input-change.ts";
import { changesOf, engineOf } from "../moved-connection.ts";
import { relayRegistrationDrift } from "../relay-drift.ts";
import {
  newRelayPassword,
  putRelayLogin,
  type RelayIdentity,
  relayKeyOf,
  requireKnownKey,
} from "../relay-login.ts";
import { removeRelay } from "../relay-removal.ts";
import { dropRelaySlot, makeRelaySlot, relaySlot } from "../relay-slot.ts";
import { requireFit } from "../relay-version.ts";
import { hasUnknown } from "../unknown.ts";

const inputNames = [
  "connection",
  "engineVersion",
  "slot",
  "login",
  "key",
  "image",
  "databaseHost",
  "databasePort",
  "adopt",
  "deletion",
] as const;

const form = z.object({
  connection: z.union([z.string(), z.looseObject({})]),
  engineVersion: z.string().optional(),
  slot: z.string().regex(/^[a-z0-9_]{1,57}$/, {
    error: "must be 1 to 57 lower-case letters, digits or _",
  }),
  login: z.string().min(1).max(63).optional(),
  key: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, { error: "must be 32 bytes in base64url" })
    .optional(),
  image: z.string().min(1),
  databaseHost: z.string().min(1).optional(),
  databasePort: z.number().int().min(1).max(65_535).optional(),
  adopt: z.boolean().optional(),
  deletion: z.enum(["restrict", "drop"]).optional(),
});

type Inputs = z.output<typeof form>;

/** Properties of a relay in state: its inputs, what it connects with and, after a refresh, drift. */
interface Relay extends Inputs {
  readonly username?: string;
  readonly password?: string;
  readonly url?: string;
  readonly relayKey?: string | undefined;
  /** The engine in which it is, as `engineOf` answers. */
  readonly engine?: string | undefined;
  readonly drift?: readonly string[];
}

/** The relay resource: login, key, publications and slot, and with which image it may be run. */
export const relay = atBoundary({
  /** Refuses an image whose version does not fit the engine's. */
  async check(_olds: unknown, news: Inputs): Promise<dynamic.CheckResult> {
    if (hasUnknown([news.image, news.engineVersion])) return { inputs: news };
    const parsed = hasUnknown(news) ? undefined : form.safeParse(news);
    if (parsed?.success === false) return { inputs: news, failures: formFailures(parsed.error) };
    try {
      await requireFit(news);
      return { inputs: news };
    } catch (error) {
      return { inputs: news, failures: [failureOf(toIntegrateDbError(error))] };
    }
  },

  /** Another slot or login is another relay. */
  async diff(_id: string, olds: Relay, news: Inputs): Promise<dynamic.DiffResult> {
    const { changes, replaces } = await changesOf(olds, news, inputNames);
    const other = (["slot", "login"] as const).filter((name) => olds[name] !== news[name]);
    return { changes, replaces: [...replaces, ...other] };
  },

  async create(inputs: Inputs): Promise<dynamic.CreateResult> {
    const connection = parseConnection(inputs.connection);
    const identity = identityOf(inputs);
    const { password, verifier } = await newRelayPassword();
    const slot = await transaction(connection, async (client) => {
      await requireKnownKey(client, inputs.key);
      await putRelayLogin(client, identity, verifier);
      return relaySlot(client, inputs.slot);
    });
    const { relayKey, engine } = await undoing(connection, identity, slot.state, () =>
      transaction(connection, async (client) => ({
        relayKey: await relayKeyOf(client, identity),
        engine: await engineOf(client),
      })),
    );
    const { username } = identity;
    return {
      id: inputs.slot,
      outs: { ...inputs, ...accessOf(inputs, username, password), relayKey, engine },
    };
  },

  /** Gives back what was taken from the login. A slot that is lost is for a person to give up. */
  async update(_id: string, olds: Relay, news: Inputs): Promise<dynamic.UpdateResult> {
    const connection = parseConnection(news.connection);
    const identity = { ...identityOf(news), key: news.key ?? olds.relayKey };
    const fresh = await newRelayPassword();
    const { password, relayKey, engine } = await transaction(connection, async (client) => {
      await requireSlot(client, news.slot);
      const kept = await canLogIn(client, identity.username);
      if (kept) {
        await client.query("select integratedb.grant_relay($1)", [identity.username]);
      } else {
        await putRelayLogin(client, { ...identity, adopt: true }, fresh.verifier);
      }
      return {
        password: kept ? (olds.password ?? "") : fresh.password,
        relayKey: await relayKeyOf(client, identity),
        engine: await engineOf(client),
      };
    });
    const access = accessOf(news, identity.username, password);
    return { outs: { ...news, ...access, relayKey, engine } };
  },

  /** Looks for login, key and slot; without an engine, or without all of them, the id is blank. */
  async read(id: string, props: Relay): Promise<dynamic.ReadResult> {
    const identity = { ...identityOf(props), key: props.relayKey };
    const drift = await relayRegistrationDrift(parseConnection(props.connection), identity);
    if (drift === undefined) return { id: "" };
    const { drift: _, ...known } = props;
    const now = { ...known, ...drifted(drift) };
    return { id, props: now, inputs: inputsOf(now, [...inputNames, "drift"]) };
  },

  async delete(_id: string, props: Relay): Promise<void> {
    const connection = parseConnection(props.connection);
    const told = await removeRelay(connection, identityOf(props), props.deletion === "drop");
    // The output of a provider is what Pulumi shows beside a deletion.
    for (const each of told) process.stderr.write(`${each}\n`);
  },
});

function identityOf({ slot, login, key, adopt }: Inputs): RelayIdentity {
  return { slot, username: login ?? `${slot}_relay`, key, adopt };
}

/** With what the relay connects, from where it runs. */
function accessOf(inputs: Inputs, username: string, password: string) {
  const { host, port, ...place } = parseConnection(inputs.connection);
  const seen = { host: inputs.databaseHost ?? host, port: inputs.databasePort ?? port };
  return { username, password, url: credentials({ ...place, ...seen }, username, password).uri };
}

/**
 * Makes the slot, which Postgres does not do in a transaction that writes, and what comes after it;
 * where that fails, what was made is taken away again.
 */
async function undoing<T>(
  connection: Connection,
  identity: RelayIdentity,
  found: "missing" | "lost" | "there",
  work: () => Promise<T>,
): Promise<T> {
  let isMade = false;
  try {
    if (found === "missing") {
      await makeRelaySlot(connection, identity.slot);
      isMade = true;
    }
    return await work();
  } catch (error) {
    if (isMade) await dropRelaySlot(connection, identity.slot).catch(() => undefined);
    if (!identity.adopt) {
      await transaction(connection, (client) =>
        client.query("select integratedb.drop_relay_login($1)", [identity.username]),
      ).catch(() => undefined);
    }
    throw error;
  }
}

async function requireSlot(client: pg.ClientBase, slot: string): Promise<void> {
  const { state, isGivenUp } = await relaySlot(client, slot);
  if (state === "there" || isGivenUp) return;
  throw new IntegrateDbError("IDB4010", `The slot ${slot} is ${state}.`);
}

async function canLogIn(client: pg.ClientBase, username: string): Promise<boolean> {
  const { rowCount } = await client.query(
    "select from pg_catalog.pg_roles where rolname = $1 and rolcanlogin",
    [username],
  );
  return rowCount === 1;
}
