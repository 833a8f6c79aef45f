import { generateKeyPairSync } from "node:crypto";
import { EngineDatabase } from "../engine/engine-database.ts";
import { type Postgres, type PostgresOptions, startPostgres } from "../postgres.ts";
import { RelayProcess } from "./relay-process.ts";

export interface NotificationSpec {
  readonly match: readonly object[];
  readonly channels: Readonly<Record<string, object>>;
}

const password = "of-the-relay";

/** A shop's database with the engine, a stakeholder `reporter` that claims its tables, and a relay's login and key. */
export class RelayStage {
  readonly postgres: Postgres;
  readonly database: EngineDatabase;
  readonly privateKey: string;
  readonly #relays: RelayProcess[] = [];

  private constructor(postgres: Postgres, database: EngineDatabase, privateKey: string) {
    this.postgres = postgres;
    this.database = database;
    this.privateKey = privateKey;
  }

  static async start(version = 18, options: PostgresOptions = {}): Promise<RelayStage> {
    const postgres = await startPostgres(version, options);
    const database = await EngineDatabase.create(postgres);
    const { publicKey, privateKey } = generateKeyPairSync("x25519");
    const { x } = publicKey.export({ format: "jwk" });
    const { d = "" } = privateKey.export({ format: "jwk" });
    const stage = new RelayStage(postgres, database, d);
    await stage.sql(
      `CREATE ROLE relay LOGIN REPLICATION PASSWORD '${password}'`,
      "SELECT integratedb.grant_relay('relay')",
      `SELECT integratedb.set_relay_key('${x}')`,
      "CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL, total numeric(10, 2), note text)",
    );
    await stage.stakeholder("reporter");
    return stage;
  }

  /** Runs statements, each in a transaction of its own, as the owner of everything. */
  async sql(...statements: string[]): Promise<void> {
    for (const statement of statements) await this.database.owner.query(statement);
  }

  async stakeholder(name: string, ...paths: string[]): Promise<void> {
    await this.database.owner.query("SELECT integratedb.put_stakeholder($1)", [name]);
    const match = (paths.length > 0 ? paths : ["public.orders"]).map((path) => ({
      path,
      fields: ["*"],
    }));
    await this.database.owner.query("SELECT integratedb.put_claim($1, 'tables', $2)", [
      name,
      { match },
    ]);
  }

  async notify(name: string, spec: NotificationSpec, stakeholder = "reporter"): Promise<void> {
    await this.database.owner.query("SELECT integratedb.put_notification($1, $2, $3)", [
      stakeholder,
      name,
      spec,
    ]);
  }

  /** The settings with which a relay reads this database. */
  settings(): Record<string, string> {
    const database = new URL(this.database.url).pathname.slice(1);
    return {
      INTEGRATEDB_RELAY_DATABASE_URL: this.postgres.url(database, "relay", password),
      INTEGRATEDB_RELAY_KEY: this.privateKey,
    };
  }

  async relay(
    environment: Readonly<Record<string, string>> = {},
    options: Parameters<typeof RelayProcess.start>[1] = {},
  ): Promise<RelayProcess> {
    const relay = await RelayProcess.start({ ...this.settings(), ...environment }, options);
    this.#relays.push(relay);
    return relay;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#relays.map((relay) => relay.end("SIGKILL")));
    await this.database.close();
    await this.postgres.stop();
  }
}
