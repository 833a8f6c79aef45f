import { isDeepStrictEqual } from "node:util";
import { secretOptions } from "./channel-form.ts";
import { seal } from "./seal.ts";

/** Channels by name, with the options of each. */
export type Channels = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The secrets of channels as they were sealed, and the key that they were sealed to. */
export interface SealedSecrets {
  readonly relayKey: string;
  readonly channels: Channels;
}

/** Stands for a secret where its value does not matter; of the form of one that is sealed. */
const anySecret = { sealed: Buffer.concat([Buffer.of(1), Buffer.alloc(76)]).toString("base64url") };

/** The channels with every secret replaced by one and the same, so that they can be compared. */
export function withoutSecrets(channels: Channels): Channels {
  return eachSecret(channels, () => anySecret);
}

/** The channels with the secrets that were sealed earlier in place of their values. */
export function withSealed(channels: Channels, sealed: SealedSecrets): Channels {
  return eachSecret(channels, (_, channel, option) => sealed.channels[channel]?.[option]);
}

/** Whether any option holds a secret that is not sealed yet. */
export function hasOpenSecrets(channels: Channels): boolean {
  let found = false;
  eachSecret(channels, (value) => {
    found ||= [value].flat().some((each) => typeof each === "string");
    return value;
  });
  return found;
}

/**
 * Seals the secrets of channels. A secret that has not changed keeps the seal that it has, since
 * another one would look like a change of the channel.
 */
export function sealSecrets(
  channels: Channels,
  relayKey: string,
  before?: { readonly channels: Channels; readonly sealed: SealedSecrets },
): SealedSecrets {
  const sealed: Record<string, Record<string, unknown>> = {};
  eachSecret(channels, (value, channel, option) => {
    const kept =
      before?.sealed.relayKey === relayKey &&
      isDeepStrictEqual(value, before.channels[channel]?.[option])
        ? before.sealed.channels[channel]?.[option]
        : undefined;
    sealed[channel] ??= {};
    sealed[channel][option] = kept ?? sealedValue(value, relayKey);
    return value;
  });
  return { relayKey, channels: sealed };
}

function sealedValue(value: unknown, relayKey: string): unknown {
  if (Array.isArray(value)) return value.map((each) => sealedValue(each, relayKey));
  return typeof value === "string" ? { sealed: seal(value, relayKey) } : value;
}

/** The channels with something in place of each secret, whether it is sealed or not. */
export function eachSecret(
  channels: Channels,
  replacement: (value: unknown, channel: string, option: string) => unknown,
): Channels {
  const ofOptions = (name: string, options: Readonly<Record<string, unknown>>) =>
    Object.entries(options).map(([option, value]) => [
      option,
      secretOptions.has(option) && value !== undefined && value !== null
        ? replacement(value, name, option)
        : value,
    ]);
  const entries = Object.entries(channels).map(([name, options]) => [
    name,
    Object.fromEntries(ofOptions(name, options)),
  ]);
  return Object.fromEntries(entries);
}
