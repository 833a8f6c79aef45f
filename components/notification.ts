import * as pulumi from "@pulumi/pulumi";
import { NotificationResource } from "../provider/notification.ts";
import { type ChannelArgs, engineChannels } from "./channels.ts";
import { parsedDocument } from "./document.ts";
import { type ChangeArgs, specChanges } from "./notification-match.ts";
import type { Stakeholder } from "./stakeholder.ts";

/** Arguments of `Notification`. Either `match` and `channels` or `document` are needed. */
export interface NotificationArgs {
  /** The stakeholder that is told. Its claims must cover what the notification carries. */
  readonly stakeholder: Stakeholder;
  /**
   * Name of the notification, unique for its stakeholder; its events bear it.
   * @default the name of the resource
   */
  readonly name?: pulumi.Input<string>;
  /**
   * The changes that the stakeholder wants to hear of.
   * @example [{ path: "public.orders", events: ["INSERT", "UPDATE"], fields: ["id", "status"] }]
   */
  readonly match?: pulumi.Input<pulumi.Input<ChangeArgs>[]>;
  /**
   * Where the events are delivered, by names of one's choice.
   * @example { hook: { type: "webhook", url: "https://reporter.internal/events" } }
   */
  readonly channels?: pulumi.Input<Record<string, pulumi.Input<ChannelArgs>>>;
  /**
   * `match` and `channels` as a document in snake_case (`signing_secret`), as an object or as JSON
   * text.
   * @example fs.readFileSync("reporter-orders.json", "utf8")
   */
  readonly document?: pulumi.Input<string | object>;
  /**
   * Whether a notification of this name that is there already is replaced.
   * @default the one of the stakeholder, else false
   */
  readonly adopt?: pulumi.Input<boolean>;
}

/** What the events of a notification carry of one column, and which events do. */
export interface NotifiedColumn {
  /** Type with its length or precision, as `varchar(20)`. */
  readonly type?: string;
  readonly nullable?: boolean;
  /** As `INSERT, UPDATE`. */
  readonly events: string;
}

/**
 * Changes of which a stakeholder is told: the relay delivers each that is committed to the channels.
 * It carries only what the stakeholder's claims cover; claims of the same program are made before
 * it, so none of them may depend on it.
 *
 * @example
 * new integratedb.Notification("reporter-orders", {
 *   stakeholder: reporter,
 *   match: [{ path: "public.orders", events: ["INSERT", "UPDATE"], fields: ["id", "status"] }],
 *   channels: { hook: { type: "webhook", url: "https://reporter.internal/events" } },
 * });
 */
export class Notification extends NotificationResource {
  /** What the events carry, by `schema.table.column`. */
  declare readonly columns: pulumi.Output<Record<string, NotifiedColumn>>;

  constructor(name: string, args: NotificationArgs, opts: pulumi.CustomResourceOptions = {}) {
    const { stakeholder } = args;
    const { deletedWith } = stakeholder;
    const inputs = {
      connection: stakeholder.connection,
      stakeholder: stakeholder.name,
      name: args.name ?? name,
      ...specOf(name, args),
      claimed: stakeholder.claimed(),
      adopt: args.adopt ?? stakeholder.adopt,
    };
    super(name, inputs, { ...(deletedWith === undefined ? {} : { deletedWith }), ...opts });
  }
}

interface SpecInputs {
  readonly match: pulumi.Input<unknown>;
  readonly channels: pulumi.Input<unknown>;
}

function specOf(name: string, { match, channels, document }: NotificationArgs): SpecInputs {
  if (document !== undefined && match === undefined && channels === undefined) {
    return specOfDocument(name, document);
  }
  if (document === undefined && match !== undefined && channels !== undefined) {
    return { match: specChanges(match), channels: engineChannels(channels) };
  }
  const problem = `IDB1201 notification ${name}: give either \`match\` and \`channels\`, or \`document\`.`;
  throw new pulumi.ResourceError(problem, undefined, true);
}

function specOfDocument(name: string, document: pulumi.Input<string | object>): SpecInputs {
  const keys = ["match", "channels"];
  const parsed = (given: unknown) => parsedDocument(given, `the notification ${name}`, keys);
  const isKnownLater: boolean = pulumi.Output.isInstance(document) || document instanceof Promise;
  if (isKnownLater) {
    const known = pulumi.output<string | object>(document).apply((given) => parsed(given));
    return {
      match: known.apply(({ match }) => match),
      channels: known.apply(({ channels }) => engineChannels(channels)),
    };
  }
  const { match, channels } = parsed(document);
  return { match: pulumi.output(match), channels: engineChannels(channels) };
}
