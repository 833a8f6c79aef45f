import type pg from "pg";
import { IntegrateDbError } from "../../sql/errors.ts";
import { type Connection, readOnlyQuery, transaction } from "./connection.ts";
import { unlessUninstalled } from "./drift.ts";
import { generatePassword, scramVerifier } from "./scram.ts";

/** What the engine says of a stakeholder's credentials, as `integratedb.preview_rotation()`. */
export interface RotationOutlook {
  readonly login: string | null;
  readonly version: number | undefined;
  readonly due: string | null;
  readonly rotates: boolean;
}

const outlookQuery = "select integratedb.preview_rotation($1, $2, $3) as outlook";

function outlookValues(name: string, rotation: unknown, before: unknown): unknown[] {
  return [name, JSON.stringify(rotation ?? null), JSON.stringify(before)];
}

/**
 * What an `up` would do to the credentials; undefined where there is no such stakeholder yet.
 *
 * @param before what the program said before, in case that the registry does not know
 */
export async function previewRotation(
  connection: Connection,
  name: string,
  rotation: unknown,
  before: unknown,
): Promise<RotationOutlook | undefined> {
  const values = outlookValues(name, rotation, before);
  try {
    const asked = readOnlyQuery<{ outlook: RotationOutlook | null }>(
      connection,
      outlookQuery,
      values,
    );
    const [found] = (await unlessUninstalled(asked)) ?? [];
    return found?.outlook ?? undefined;
  } catch (error) {
    if (error instanceof IntegrateDbError && error.code === "IDB1104") return undefined;
    throw error;
  }
}

/** As `previewRotation`, in a transaction that is open. */
export async function rotationOutlook(
  client: pg.ClientBase,
  name: string,
  rotation: unknown,
  before: unknown,
): Promise<RotationOutlook | undefined> {
  const { rows } = await client.query<{ outlook: RotationOutlook | null }>(
    outlookQuery,
    outlookValues(name, rotation, before),
  );
  return rows[0]?.outlook ?? undefined;
}

export interface NewLogin {
  readonly password: string;
  readonly verifier: string;
}

export async function newLogin(): Promise<NewLogin> {
  const password = generatePassword();
  return { password, verifier: await scramVerifier(password) };
}

/** The credentials that a caller holds, by their login and version. */
export interface Held {
  readonly username?: string | undefined;
  /** Unknown in state of release 0.1.0. */
  readonly version?: number | undefined;
}

/** What `integratedb.rotate_login()` answered. */
export interface Rotated {
  readonly username: string;
  readonly version: number;
  /** False if the rotation that the caller holds was not at its end. */
  readonly rotated: boolean;
}

export async function rotateLogin(
  client: pg.ClientBase,
  name: string,
  { verifier }: NewLogin,
  held: Held,
  rotation: unknown,
): Promise<Rotated> {
  const options = { version: held.version, rotation: rotation ?? null };
  const { rows } = await client.query<{ result: Rotated }>(
    "select integratedb.rotate_login($1, $2, $3, $4) as result",
    [name, verifier, held.username ?? null, options],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("integratedb.rotate_login() answered nothing");
  return row.result;
}

/** Ends the sessions of closed logins; what was about to connect shows up a moment later. */
export async function endSessions(connection: Connection, name: string): Promise<void> {
  await transaction(connection, (client) =>
    client.query("select integratedb.end_sessions($1)", [name]),
  );
}
