import type { dynamic } from "@pulumi/pulumi";
import { z } from "zod";
import { atBoundary } from "../boundary.ts";
import { sealedSecret } from "../channel-form.ts";
import { type SealedSecrets, withoutSecrets } from "../channel-secrets.ts";
import { failureOf, formFailure, formFailures } from "../check-failures.ts";
import { parseConnection, toIntegrateDbError, transaction } from "../connection.ts";
import { drifted, unlessUninstalled } from "../drift.ts";
import { inputsOf } from "../input-change.ts";
import { changesOf, engineOf } from "../moved-connection.ts";
import { notificationDrift } from "../notification-drift.ts";
import { notificationForm } from "../notification-form.ts";
import { type PlannedClaims, previewNotification } from "../notification-preview.ts";
import {
  currentNotification,
  putNotification,
  refuseTakeover,
  removeNotification,
} from "../registered-notification.ts";
import { secretProblems } from "../secret-problems.ts";
import { hasUnknown, unknownValue } from "../unknown.ts";

const inputNames = [
  "connection",
  "stakeholder",
  "name",
  "match",
  "channels",
  "columns",
  "adopt",
] as const;

const spec = notificationForm(z.union([z.string().min(1), sealedSecret]));

/** What the resource is given. `columns` is added by `check`, which takes `claimed` away. */
const form = z.object({
  connection: z.union([z.string(), z.looseObject({})]),
  stakeholder: z.string().min(1),
  name: z.string().min(1).max(128),
  match: spec.shape.match,
  channels: spec.shape.channels,
  claimed: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  adopt: z.boolean().optional(),
});

/** Properties of a notification in state: its inputs, its seals and, after a refresh, its drift. */
interface Notification extends Omit<z.output<typeof form>, "claimed"> {
  readonly columns?: unknown;
  /** The engine in which it is, as `engineOf` answers. */
  readonly engine?: string | undefined;
  readonly sealed?: SealedSecrets | undefined;
  readonly drift?: readonly string[];
}

interface Inputs extends Notification {
  readonly claimed?: PlannedClaims | undefined;
}

/** The notification resource: the columns that its events carry are its previewed input. */
export const notification = atBoundary({
  /** Expands the notification to its columns, or says at which property it cannot be. */
  async check(_olds: unknown, { claimed, ...news }: Inputs): Promise<dynamic.CheckResult> {
    if (hasUnknown(news) || hasUnknown(claimed)) {
      return { inputs: { ...news, columns: unknownValue } };
    }
    const parsed = form.safeParse({ ...news, claimed });
    const wrong = parsed.success
      ? secretProblems(news.channels).map(formFailure)
      : formFailures(parsed.error);
    if (!parsed.success || wrong.length > 0) {
      return { inputs: news, failures: withoutValues(wrong) };
    }
    try {
      const { columns, problems } = await previewNotification(
        parseConnection(news.connection),
        news.stakeholder,
        { match: parsed.data.match, channels: withoutSecrets(news.channels) },
        claimed ?? {},
      );
      const failures = problems.map(({ property, code, message }) => ({
        property,
        reason: `${code} ${message}`,
      }));
      return { inputs: { ...news, columns }, failures: withoutValues(failures) };
    } catch (error) {
      return { inputs: news, failures: [failureOf(toIntegrateDbError(error))] };
    }
  },

  async diff(_id: string, olds: Notification, news: Notification): Promise<dynamic.DiffResult> {
    return changesOf(olds, news, inputNames);
  },

  async create(inputs: Notification): Promise<dynamic.CreateResult> {
    const outs = await transaction(parseConnection(inputs.connection), async (client) => {
      if (!inputs.adopt) await refuseTakeover(client, inputs);
      const sealed = await putNotification(client, inputs);
      return { ...inputs, sealed, engine: await engineOf(client) };
    });
    return { id: `${inputs.stakeholder}/${inputs.name}`, outs };
  },

  async update(_id: string, olds: Notification, news: Notification): Promise<dynamic.UpdateResult> {
    const outs = await transaction(parseConnection(news.connection), async (client) => {
      const before = await currentNotification(client, olds, news);
      const renamed = before.name !== news.name || before.stakeholder !== news.stakeholder;
      if (renamed && !news.adopt) await refuseTakeover(client, news);
      const sealed = await putNotification(client, news, olds);
      if (renamed) await removeNotification(client, before);
      return { ...news, sealed, engine: await engineOf(client) };
    });
    return { outs };
  },

  /** Compares the registry with the state; a notification that is gone has a blank id. */
  async read(id: string, props: Notification): Promise<dynamic.ReadResult> {
    const found = await notificationDrift(parseConnection(props.connection), props);
    if (found === undefined) return { id: "" };
    const { drift: _, ...known } = props;
    const now = { ...known, columns: found.columns, ...drifted(found.drift) };
    return { id, props: now, inputs: inputsOf(now, [...inputNames, "drift"]) };
  },

  async delete(_id: string, props: Notification): Promise<void> {
    const connection = parseConnection(props.connection);
    await unlessUninstalled(transaction(connection, (client) => removeNotification(client, props)));
  },
});

/** Pulumi prints the value of a property that fails: never that of all channels. */
function withoutValues(failures: dynamic.CheckFailure[]): dynamic.CheckFailure[] {
  return failures.map(({ property, reason }) => ({
    property: /^(match\[|channels\.)/.test(property) ? property : "",
    reason,
  }));
}
