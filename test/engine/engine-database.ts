import pg from "pg";
import { type InstallOptions, install } from "../../sql/index.ts";
import type { Postgres } from "../postgres.ts";

/** A database with the engine in it, and connections to it that close with it. */
export class EngineDatabase {
  readonly url: string;
  /** A connection as the engine's owner. */
  readonly owner: pg.Client;
  #clients: pg.Client[] = [];

  private constructor(url: string, owner: pg.Client) {
    this.url = url;
    this.owner = owner;
    this.#clients.push(owner);
  }

  static async create(postgres: Postgres, options: InstallOptions = {}): Promise<EngineDatabase> {
    const url = await postgres.createDatabase();
    const owner = new pg.Client(url);
    await owner.connect();
    await install(owner, options);
    return new EngineDatabase(url, owner);
  }

  /** Another connection; `url` for one as somebody else. */
  async connect(url = this.url): Promise<pg.Client> {
    const client = new pg.Client(url);
    await client.connect();
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.end()));
  }
}

/** A spec that claims the named columns of one table; without any, all of them. */
export function columns(path: string, ...fields: string[]): string {
  return JSON.stringify({ match: [{ path, fields: fields.length > 0 ? fields : ["*"] }] });
}

/** The error of a promise that must fail. */
export async function failure(promise: Promise<unknown>): Promise<pg.DatabaseError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error;
    throw error;
  }
  throw new Error("expected a Postgres error, and there was none");
}
