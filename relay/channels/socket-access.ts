import { createHash, timingSafeEqual } from "node:crypto";
import type { Pool } from "pg";
import { SocketLogins } from "./socket-logins.ts";
import { type SocketOptions, socketOptions } from "./socket-options.ts";
import { type Refusal, refusals } from "./socket-refusal.ts";

/** Names of a channel, as in the path. */
export interface SocketPath {
  readonly stakeholder: string;
  readonly notification: string;
  readonly channel: string;
}

export interface SocketAccessOptions {
  readonly pool: Pool;
  /** URL of the database. */
  readonly databaseUrl: string;
  /** The options of a channel with its secrets in the clear. */
  readonly openConfig: (config: Readonly<Record<string, unknown>>) => Record<string, unknown>;
}

interface KnownChannel {
  readonly id: number;
  /** Of whose members a login has to be one. */
  readonly role: string | null;
  readonly token: string | undefined;
}

/** Decides who may receive the events of which channel. */
export class SocketAccess {
  readonly #options: SocketAccessOptions;
  readonly #logins: SocketLogins;

  constructor(options: SocketAccessOptions) {
    this.#options = options;
    this.#logins = new SocketLogins(options.databaseUrl);
  }

  /**
   * A channel with a token is for who has it; one without for members of the stakeholder's role,
   * with their own password of the database. Whether a channel exists is told to nobody else.
   *
   * @param authorization value of the header
   * @returns the channel's id, or why not
   */
  async admit(
    path: SocketPath,
    authorization: string | undefined,
    address: string,
  ): Promise<number | Refusal> {
    const [, scheme = "", credentials = ""] = /^(\S+) +(\S+)\s*$/.exec(authorization ?? "") ?? [];
    try {
      switch (scheme.toLowerCase()) {
        case "bearer":
          return await this.#byToken(path, credentials);
        case "basic":
          return await this.#byPassword(path, credentials, address);
        default:
          return refusals.wrongLogin;
      }
    } catch {
      return refusals.later;
    }
  }

  async #byToken(path: SocketPath, token: string): Promise<number | Refusal> {
    const channel = await this.#find(path);
    const fits = isEqual(token, channel?.token ?? "");
    if (!fits || channel?.token === undefined) return refusals.wrongLogin;
    return channel.id;
  }

  async #byPassword(path: SocketPath, credentials: string, address: string) {
    const text = Buffer.from(credentials, "base64").toString();
    const colon = text.indexOf(":");
    if (colon === -1) return refusals.wrongLogin;
    const user = text.slice(0, colon);
    const verdict = await this.#logins.check(user, text.slice(colon + 1), address);
    if (verdict === "wrong") return refusals.wrongLogin;
    if (verdict === "unasked") return refusals.unprotected;
    if (verdict === "later") return refusals.later;
    if (verdict === "too many") return refusals.tooManyTries;
    const channel = await this.#find(path);
    if (channel === undefined || channel.role === null) return refusals.notTheirs;
    const { rows } = await this.#options.pool.query<{ is_member: boolean }>(
      "select pg_has_role($1::name, $2::name, 'MEMBER') as is_member",
      [user, channel.role],
    );
    if (rows[0]?.is_member !== true) return refusals.notTheirs;
    return channel.token === undefined ? channel.id : refusals.wrongLogin;
  }

  async #find(path: SocketPath): Promise<KnownChannel | undefined> {
    const { rows } = await this.#options.pool.query<{
      id: number;
      role: string | null;
      config: Record<string, unknown>;
    }>(
      `select c.id, integratedb.channel_role(c.id)::text as role, c.config
       from integratedb.channel c
       where c.stakeholder = $1 and c.notification = $2 and c.name = $3
         and c.type = 'socket' and not c.retired`,
      [path.stakeholder, path.notification, path.channel],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const options = this.#openOptions(row.config);
    return options && { id: row.id, role: row.role, token: options.token };
  }

  /** Of a channel whose token cannot be read nobody may receive anything. */
  #openOptions(config: Readonly<Record<string, unknown>>): SocketOptions | undefined {
    try {
      return socketOptions.parse(this.#options.openConfig(config));
    } catch {
      return undefined;
    }
  }
}

/** In a time that tells nothing of where they differ, nor of how long they are. */
function isEqual(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
