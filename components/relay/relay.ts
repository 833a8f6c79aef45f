import * as pulumi from "@pulumi/pulumi";
import { RelayResource, relayImage } from "../../provider/relay.ts";
import { childOptions } from "../child-options.ts";
import { Database } from "../database.ts";
import type { ExistingDatabase } from "../existing-database.ts";
import { portOf, type RelaySettings, variablesOf } from "./settings.ts";

/** Arguments of `Relay`, and of every component that runs one. */
export interface RelayArgs {
  /** The database whose changes are delivered. */
  readonly database: Database | ExistingDatabase;
  /**
   * Image of the relay. A tag that is a version must fit the engine's: the same major and minor.
   * @default "ghcr.io/integratedb/relay:<version of the package>"
   */
  readonly image?: pulumi.Input<string>;
  /**
   * Name of the replication slot, which no other relay of the server may have: 1 to 57 lower-case
   * letters, digits or `_`.
   * @default "integratedb"
   */
  readonly slot?: pulumi.Input<string>;
  /**
   * Name of the login with which the relay connects. It is made here.
   * @default "<slot>_relay"
   */
  readonly login?: pulumi.Input<string>;
  /**
   * Private half of the relay's key, which opens the secrets of channels.
   * @default that of the Database, which makes one
   */
  readonly key?: pulumi.Input<string>;
  /**
   * Host of the database as the relay reaches it, from inside its container or cluster.
   * @default that of the database's connection
   */
  readonly databaseHost?: pulumi.Input<string>;
  /** @default that of the database's connection */
  readonly databasePort?: pulumi.Input<number>;
  /** How the relay works. */
  readonly settings?: RelaySettings;
  /**
   * Further variables of the relay's environment.
   * @example { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" }
   */
  readonly environment?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Whether a login and a slot of these names that are there already are taken over.
   * @default false
   */
  readonly adopt?: pulumi.Input<boolean>;
  /**
   * What happens to events that are not delivered when the relay is deleted: it fails while there
   * are any (`restrict`), or they are lost (`drop`).
   * @default "restrict"
   */
  readonly deletion?: pulumi.Input<"restrict" | "drop">;
}

/** How to find out whether a relay is well. */
export interface RelayHealthCheck {
  readonly port: number;
  /** 200 while the program answers. */
  readonly livenessPath: string;
  /** 200 while it reads the slot, or waits for another relay that does. */
  readonly readinessPath: string;
  /** For checks that run inside the container: exits with 0 while the program answers. */
  readonly command: readonly string[];
}

/**
 * What a relay needs to run, wherever it does: a login that may replicate, the key, the slot, and
 * the environment that holds them. `DockerRelay` and its kind run it, too. Deleting it drops login
 * and slot.
 *
 * @example
 * const relay = new integratedb.Relay("relay", { database: shop });
 * export const environment = relay.environment; // a secret
 */
export class Relay extends pulumi.ComponentResource {
  /** The variables with which the image is run, a secret. */
  readonly environment: pulumi.Output<Record<string, string>>;
  readonly image: pulumi.Output<string>;
  /** Ports on which the relay listens: for health checks, metrics and socket channels. */
  readonly ports: pulumi.Output<{ readonly http: number }>;
  readonly healthCheck: pulumi.Output<RelayHealthCheck>;
  readonly slot: pulumi.Output<string>;
  /** The relay's login. */
  readonly username: pulumi.Output<string>;

  constructor(name: string, args: RelayArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("integratedb:index:Relay", name, {}, opts);
    const { database, login, databaseHost, databasePort, adopt, deletion } = args;
    const { settings = {} } = args;
    this.slot = pulumi.output(args.slot ?? "integratedb");
    this.image = pulumi.output(args.image ?? relayImage);
    const registration = new RelayResource(
      `${name}-registration`,
      {
        connection: database.connection,
        engineVersion: database instanceof Database ? database.engineVersion : undefined,
        slot: this.slot,
        login,
        key: keyOf(args),
        image: this.image,
        databaseHost,
        databasePort,
        adopt,
        deletion,
      },
      childOptions(this, opts, database.deletedWith),
    );
    this.username = registration.username;
    const port = portOf(settings);
    this.ports = port.apply((http) => ({ http }));
    this.healthCheck = port.apply((at) => ({
      port: at,
      livenessPath: "/healthz",
      readinessPath: "/readyz",
      command: ["node", "dist/health-check.js"],
    }));
    this.environment = pulumi.secret(environmentOf(args, registration.url, registration.relayKey));
    this.registerOutputs({ image: this.image, slot: this.slot });
  }
}

/**
 * The variables of a relay.
 *
 * @param url of its login
 * @param key the private half
 */
export function environmentOf(
  { settings = {}, environment = {}, slot = "integratedb" }: RelayArgs,
  url: pulumi.Input<string>,
  key: pulumi.Input<string>,
): pulumi.Output<Record<string, string>> {
  const variables = pulumi.all([environment, variablesOf(settings)]);
  const access = pulumi.all([url, key, slot]);
  return pulumi.all([variables, access]).apply(
    ([[further, stated], [ofLogin, ofKey, ofSlot]]): Record<string, string> => ({
      ...further,
      ...stated,
      INTEGRATEDB_RELAY_DATABASE_URL: ofLogin,
      INTEGRATEDB_RELAY_KEY: ofKey,
      INTEGRATEDB_RELAY_SLOT: ofSlot,
    }),
  );
}

function keyOf({ key, database }: RelayArgs): pulumi.Output<string | undefined> | undefined {
  if (key !== undefined) return pulumi.secret(key);
  return database instanceof Database ? database.relayKey : undefined;
}
