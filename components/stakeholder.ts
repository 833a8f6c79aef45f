import type * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { StakeholderResource } from "../provider/stakeholder.ts";
import { childOptions } from "./child-options.ts";
import type { Database } from "./database.ts";
import type { ExistingDatabase } from "./existing-database.ts";

/** Arguments of `Stakeholder`. */
export interface StakeholderArgs {
  /** The database that the stakeholder reads. */
  readonly database: Database | ExistingDatabase;
  /**
   * Name of the stakeholder, and of its role and schema: a letter or `_`, then at most 31
   * letters, digits or `_`. It is lower-cased.
   * @default the name of the resource
   */
  readonly name?: pulumi.Input<string>;
  /**
   * Any text or number, whose change rotates the credentials: the login that is not in use gets a
   * new password, then every store gets that one, then it is the current one. The old credentials
   * work until the next rotation. Or a period, such as `{ every: "30d" }` (s, m, h, d or w): the
   * first `up` after it rotates, and previews show it as due.
   * @example "2026-01"
   */
  readonly rotation?: pulumi.Input<string | number | RotationPeriodArgs>;
  /**
   * Whether the old login is closed, and its sessions ended, once every store holds the new one.
   * Without a store, by the next `up`.
   * @default false
   */
  readonly retire?: pulumi.Input<boolean>;
  /**
   * A role of the program to hold the grants, instead of one that is made and dropped here.
   * @default a role with the name of the stakeholder
   */
  readonly role?: postgresql.Role;
  /**
   * A schema of the program for the stakeholder's own tables, instead of one that is made here.
   * @default a schema with the name of the stakeholder
   */
  readonly schema?: postgresql.Schema;
  /**
   * Whether a role, schema or stakeholder of this name that is there already is taken over.
   * @default false
   */
  readonly adopt?: pulumi.Input<boolean>;
  /**
   * What happens to tables in the stakeholder's schema when it is deleted: the schema is kept if
   * it holds any (`restrict`), or dropped with them (`cascade`).
   * @default "restrict"
   */
  readonly deletion?: pulumi.Input<"restrict" | "cascade">;
}

/** How old credentials may get. */
export interface RotationPeriodArgs {
  /** @example "30d" */
  readonly every: pulumi.Input<string>;
}

/** Entries of a Kubernetes service binding. */
export type ServiceBindingEntry =
  | "type"
  | "host"
  | "port"
  | "username"
  | "password"
  | "database"
  | "uri";

/**
 * An application that reads a shared database: a role that can read what its claims cover, and
 * credentials to connect with.
 *
 * @example
 * const reporter = new integratedb.Stakeholder("reporter", { database: shop });
 * export const reporterUrl = reporter.uri;
 */
export class Stakeholder extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  /** The login that is current. */
  readonly username: pulumi.Output<string>;
  /** Password of the current login, a secret. */
  readonly password: pulumi.Output<string>;
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly database: pulumi.Output<string>;
  /** URL with the credentials of the current login, a secret. */
  readonly uri: pulumi.Output<string>;
  /** The credentials as the JSON text that rotation in AWS Secrets Manager expects, a secret. */
  readonly awsSecretString: pulumi.Output<string>;
  /** The credentials as the entries of a Kubernetes service binding (servicebinding.io), a secret. */
  readonly serviceBinding: pulumi.Output<Record<ServiceBindingEntry, string>>;
  /** Number of the credentials, from 1: each rotation makes the next. */
  readonly credentialsVersion: pulumi.Output<number>;
  /** Connection of the role that manages claims, a secret. */
  readonly connection: pulumi.Output<unknown>;
  /** Whether claims, too, take over what is there already. */
  readonly adopt: pulumi.Input<boolean> | undefined;
  /** The resource whose deletion makes this one's needless. */
  readonly deletedWith: pulumi.Resource | undefined;
  readonly #claims: DeclaredClaim[] = [];

  constructor(name: string, args: StakeholderArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("integratedb:index:Stakeholder", name, {}, opts);
    const { database, rotation, retire, role, schema, adopt, deletion } = args;
    const roles = new StakeholderResource(
      `${name}-stakeholder`,
      {
        connection: database.connection,
        name: args.name ?? name,
        rotation,
        retire,
        role: role?.name,
        schema: schema?.name,
        adopt,
        deletion,
      },
      childOptions(this, opts, database.deletedWith),
    );
    this.name = roles.name;
    this.username = roles.username;
    this.password = roles.password;
    this.host = roles.host;
    this.port = roles.port;
    this.database = roles.database;
    this.uri = roles.uri;
    this.credentialsVersion = roles.version;
    this.awsSecretString = awsSecretString(roles);
    this.serviceBinding = serviceBinding(roles);
    this.connection = roles.connection;
    this.adopt = adopt;
    this.deletedWith = opts.deletedWith ?? database.deletedWith;
    this.registerOutputs({ name: this.name, username: this.username });
  }

  /** @internal Called by each claim that is declared on this stakeholder. */
  remember(claim: pulumi.Input<string>, columns: pulumi.Output<Columns>): void {
    this.#claims.push({ claim, columns });
  }

  /**
   * @internal The columns that this program claims for the stakeholder, by the name of the claim:
   * also of claims that are declared after this call, by the time that the program waits for
   * something outside of it.
   */
  claimed(): pulumi.Output<Record<string, Columns>> {
    const declared = new Promise<DeclaredClaim[]>((resolve) => {
      setImmediate(() => resolve(this.#claims));
    });
    return pulumi
      .output(declared)
      .apply((claims) => pulumi.all(claims.map((each) => pulumi.all([each.claim, each.columns]))))
      .apply((claims) => Object.fromEntries(claims));
  }
}

type Columns = Record<string, object>;

interface DeclaredClaim {
  readonly claim: pulumi.Input<string>;
  readonly columns: pulumi.Output<Columns>;
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html */
function awsSecretString(roles: StakeholderResource): pulumi.Output<string> {
  const { host, port, username, password, database } = roles;
  return pulumi.jsonStringify({
    engine: "postgres",
    host,
    port,
    username,
    password,
    dbname: database,
  });
}

/** https://servicebinding.io/spec/core/1.1.0/#well-known-secret-entries */
function serviceBinding(
  roles: StakeholderResource,
): pulumi.Output<Record<ServiceBindingEntry, string>> {
  const { host, port, username, password, database, uri } = roles;
  const portText = port.apply(String);
  return pulumi.output({
    type: "postgresql",
    host,
    port: portText,
    username,
    password,
    database,
    uri,
  });
}
