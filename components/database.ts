import * as pulumi from "@pulumi/pulumi";
import { DatabaseResource } from "../provider/database.ts";
import { childOptions } from "./child-options.ts";
import { type ConnectedArgs, connectionOf } from "./connection.ts";
import { ExistingDatabase } from "./existing-database.ts";

/** Who may claim what. Patterns are globs, in which `*` stands for any characters. */
export interface PolicyArgs {
  /**
   * A claim that a `deny` rule matches is refused; once there is an `allow` rule, so is whatever
   * none of them matches.
   */
  readonly rules?: pulumi.Input<pulumi.Input<PolicyRuleArgs>[]>;
  /**
   * Columns, as `schema.table.column`, that must be named in a claim: wildcards pass over them.
   * @example ["public.customers.email", "*.*.password_hash"]
   */
  readonly sensitive?: pulumi.Input<pulumi.Input<string>[]>;
}

/** One rule of a policy. */
export interface PolicyRuleArgs {
  readonly effect: pulumi.Input<"allow" | "deny">;
  /** @default "*" */
  readonly stakeholder?: pulumi.Input<string>;
  /**
   * Tables, as `schema.table`.
   * @default "*.*"
   */
  readonly path?: pulumi.Input<string>;
  /** @default ["*"] */
  readonly columns?: pulumi.Input<pulumi.Input<string>[]>;
}

/** Arguments of `Database`. Either `connection` or `provider` is needed. */
export interface DatabaseArgs extends ConnectedArgs {
  /**
   * When a breaking migration is refused: when it calls `integratedb_validate_migration()`, or
   * also when it commits without having called it (which needs the right to make event triggers).
   * @default as it is, "validate" in a new engine and where it was stated before
   */
  readonly enforce?: pulumi.Input<"validate" | "commit">;
  /**
   * Who may claim what.
   * @default everything may be claimed
   */
  readonly policy?: pulumi.Input<PolicyArgs>;
  /**
   * Database roles that may manage stakeholders from stacks of their own, each with a glob of the
   * names of the stakeholders that it may manage.
   * @example { checkout_deployer: "checkout_*" }
   */
  readonly operators?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Database roles with which a relay connects. Each gets what a relay needs, and can read no table
   * of anybody; it must exist, and be able to log in and to replicate.
   * @default none
   */
  readonly relayRoles?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * What happens to stakeholders of other stacks when this resource is deleted: it fails while
   * there are any (`restrict`), or removes them too (`cascade`).
   * @default "restrict"
   */
  readonly deletion?: pulumi.Input<"restrict" | "cascade">;
}

/**
 * A Postgres database with the engine that enforces claims. Deleting it removes the engine, if
 * this resource installed it, and nothing else.
 *
 * @example
 * const shop = new integratedb.Database("shop", {
 *   connection: new pulumi.Config().requireSecret("databaseUrl"),
 *   policy: { sensitive: ["public.customers.email"] },
 * });
 */
export class Database extends pulumi.ComponentResource {
  /** Version of the engine in the database. */
  readonly engineVersion: pulumi.Output<string>;
  /** Connection of the role that manages claims, a secret. */
  readonly connection: pulumi.Output<unknown>;
  /**
   * With which the relay opens the secrets of channels (its setting `INTEGRATEDB_RELAY_KEY`): a
   * secret. It is made by the first `up`. Undefined if the database had a key already: then who
   * made that one has its private half.
   */
  readonly relayKey: pulumi.Output<string | undefined>;
  /** To which the secrets of channels are sealed. */
  readonly relayPublicKey: pulumi.Output<string>;
  /** The resource whose deletion makes this one's needless. */
  readonly deletedWith: pulumi.Resource | undefined;

  /**
   * A database whose engine another stack installed: for the stack of an application's team, whose
   * role is one of that database's `operators`.
   *
   * @example
   * const shop = integratedb.Database.existing("shop", { connection: operatorUrl });
   */
  static existing(
    name: string,
    args: ConnectedArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ): ExistingDatabase {
    return new ExistingDatabase(name, args, opts);
  }

  constructor(name: string, args: DatabaseArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("integratedb:index:Database", name, {}, opts);
    const { enforce, policy, operators, relayRoles, deletion } = args;
    const engine = new DatabaseResource(
      `${name}-engine`,
      { connection: connectionOf(args, this), enforce, policy, operators, relayRoles, deletion },
      childOptions(this, opts),
    );
    this.connection = engine.connection;
    this.engineVersion = engine.engineVersion;
    this.relayKey = engine.relayKey;
    this.relayPublicKey = engine.relayPublicKey;
    this.deletedWith = opts.deletedWith;
    this.registerOutputs({ engineVersion: this.engineVersion });
  }
}
