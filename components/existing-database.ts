import * as pulumi from "@pulumi/pulumi";
import { type ConnectedArgs, connectionOf } from "./connection.ts";

/** A database whose engine another stack installed. Made by `Database.existing`. */
export class ExistingDatabase extends pulumi.ComponentResource {
  /** Connection of the role that manages claims, a secret. */
  readonly connection: pulumi.Output<unknown>;
  /** The resource whose deletion makes that of stakeholders and claims needless. */
  readonly deletedWith: pulumi.Resource | undefined;

  constructor(name: string, args: ConnectedArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("integratedb:index:ExistingDatabase", name, {}, opts);
    this.connection = connectionOf(args, this);
    this.deletedWith = opts.deletedWith;
    this.registerOutputs({});
  }
}
