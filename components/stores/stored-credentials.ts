import * as pulumi from "@pulumi/pulumi";
import { StoreEntryResource } from "../../provider/store-entry.ts";
import { childOptions } from "../child-options.ts";
import type { Stakeholder } from "../stakeholder.ts";

/** Arguments of every store. */
export interface StoredCredentialsArgs {
  /** The stakeholder whose credentials are stored. */
  readonly stakeholder: Stakeholder;
  /**
   * Name of the entry in the store.
   * @default the name of the resource
   */
  readonly name?: pulumi.Input<string>;
  /**
   * Whether an entry of this name that somebody else has made, or that was deleted and can still be
   * recovered, is taken over: its content is replaced, and it is deleted with this resource.
   * @default false
   */
  readonly adopt?: pulumi.Input<boolean>;
  /**
   * Seconds that the store may take for one operation, with all that its SDK tries again.
   * @default 30
   */
  readonly timeoutSeconds?: pulumi.Input<number>;
}

/** What a store hands to the entry that it makes. */
export interface EntryArgs {
  readonly store: string;
  /** Settings as the adapter of the store takes them. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly content: pulumi.Output<unknown>;
}

/**
 * The credentials of a stakeholder in an entry of a secret store. The state of the stack has a
 * digest of the content, and the content itself nowhere.
 */
export abstract class StoredCredentials extends pulumi.ComponentResource {
  /** The store's own name of the content that is current. */
  readonly version: pulumi.Output<string>;
  /** The store's own name of the entry, such as an ARN. */
  readonly reference: pulumi.Output<string>;

  constructor(
    name: string,
    { stakeholder, name: entryName, adopt, timeoutSeconds }: StoredCredentialsArgs,
    { store, settings, content }: EntryArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super(`integratedb:index:${store.charAt(0).toUpperCase()}${store.slice(1)}`, name, {}, opts);
    const entry = new StoreEntryResource(
      `${name}-entry`,
      {
        store,
        name: entryName ?? name,
        settings: pulumi.output(settings).apply(withoutUndefined),
        content,
        delivery: pulumi.secret({
          connection: stakeholder.connection,
          stakeholder: stakeholder.name,
          version: stakeholder.credentialsVersion,
        }),
        adopt,
        timeoutSeconds,
      },
      childOptions(this, opts),
    );
    this.version = entry.version;
    this.reference = entry.reference;
    this.registerOutputs({ version: this.version, reference: this.reference });
  }
}

function withoutUndefined(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
