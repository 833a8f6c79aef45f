/** Headers of a request: of fetch, of node:http, or a plain object. Names in any case. */
export type HeaderSource =
  | { get(name: string): string | null; keys(): Iterable<string> }
  | { readonly [name: string]: string | readonly string[] | undefined };

/** @returns undefined if the header is not there, or there several times */
export function headerOf(headers: HeaderSource, name: string): string | undefined {
  if (isMap(headers)) return headers.get(name) ?? undefined;
  const values = Object.entries(headers).flatMap(([each, value]) =>
    each.toLowerCase() === name && value !== undefined ? value : [],
  );
  return values.length === 1 ? values[0] : undefined;
}

/** The names, in lower case. */
export function namesOf(headers: HeaderSource): string[] {
  const names = isMap(headers) ? [...headers.keys()] : Object.keys(headers);
  return names.map((name) => name.toLowerCase());
}

function isMap(
  headers: HeaderSource,
): headers is { get(name: string): string | null; keys(): Iterable<string> } {
  return typeof headers["get"] === "function" && typeof headers["keys"] === "function";
}
