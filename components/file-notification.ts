import { secretOptions } from "../provider/runtime/channel-form.ts";
import { type SecretReference, secretOf, secretReference } from "./secret-reference.ts";
import type { StakeholderFile } from "./stakeholder-file.ts";

/** A notification as a file states it. */
type FileNotification = NonNullable<StakeholderFile["notifications"]>[string];

/** Every secret of a notification, and the path to it. */
export function fileSecrets({
  channels,
}: FileNotification): { path: PropertyKey[]; reference: SecretReference }[] {
  return Object.entries(channels).flatMap(([channel, options]) =>
    Object.entries(options)
      .filter(([option]) => secretOptions.has(option))
      .flatMap(([option, value]) => {
        const path = ["channels", channel, option];
        return Array.isArray(value)
          ? value.map((each, index) => ({ path: [...path, index], reference: referenceIn(each) }))
          : [{ path, reference: referenceIn(value) }];
      }),
  );
}

/** The notification as a document, with its secrets in place of where they are. */
export function notificationDocument({ match, channels }: FileNotification): object {
  const entries = Object.entries(channels).map(([channel, options]) => [
    channel,
    Object.fromEntries(
      Object.entries(options).map(([option, value]) => [
        option,
        secretOptions.has(option) ? withValues(value) : value,
      ]),
    ),
  ]);
  return { match, channels: Object.fromEntries(entries) };
}

function withValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withValues);
  return value === undefined ? undefined : secretOf(referenceIn(value));
}

function referenceIn(value: unknown): SecretReference {
  return secretReference.parse(value);
}
