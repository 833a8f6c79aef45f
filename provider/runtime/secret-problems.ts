import { type Channels, eachSecret } from "./channel-secrets.ts";

/** A secret that the relay could not use, by its place; its value is never part of it. */
export interface SecretProblem {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
}

/**
 * Judges the secrets of channels by what the relay can use. Only here can that be seen before an
 * event fails to arrive: in the database they are sealed.
 */
export function secretProblems(channels: Channels): SecretProblem[] {
  const problems: SecretProblem[] = [];
  eachSecret(channels, (value, channel, option) => {
    const problem = problemOf(channels[channel]?.["type"], option, [value].flat());
    if (problem !== undefined) problems.push({ path: ["channels", channel, option], problem });
    return value;
  });
  return problems;
}

function problemOf(type: unknown, option: string, values: unknown[]): string | undefined {
  const open = values.filter((value) => typeof value === "string");
  if (option === "signing_secret" && !open.every(isSigningSecret)) {
    return "must be whsec_ and 24 to 64 bytes in base64, as of Standard Webhooks";
  }
  if (option === "authorization" && !open.every((value) => /^[\t\x20-\x7e]+$/.test(value))) {
    return "must be printable ASCII, as the value of a header";
  }
  if (option === "token" && type === "socket" && !open.every((value) => value.length >= 16)) {
    return "must have 16 characters or more";
  }
  return undefined;
}

function isSigningSecret(text: string): boolean {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  if (base64 === undefined) return false;
  const { length } = Buffer.from(base64, "base64");
  return length >= 24 && length <= 64;
}
