import { isDeepStrictEqual } from "node:util";

type Properties = Readonly<Record<string, unknown>>;

/**
 * Whether a resource has to be updated: an input differs from the one in state, the text of its
 * provider differs (the old one would be used by a later delete), or a refresh has found drift.
 */
export function hasChanged(olds: Properties, news: Properties, inputs: readonly string[]): boolean {
  const compared = ["__provider", "drift", ...inputs];
  return compared.some((name) => !isDeepStrictEqual(olds[name], news[name]));
}

/** The properties that are inputs, for the answer of a `read`. */
export function inputsOf(properties: Properties, inputs: readonly string[]): Properties {
  return Object.fromEntries(
    inputs.flatMap((name) => (properties[name] === undefined ? [] : [[name, properties[name]]])),
  );
}
