/** A secret as text that may hold it in some encoding would show it. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // Base64 of a text that goes on before and after: what does not depend on the neighbours.
  const base64 = [0, 1, 2].map((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    return shifted.slice(shift === 0 ? 0 : 4, -4);
  });
  const url = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString("hex"),
    ...base64,
    ...url,
  ];
}

/** Which of the secrets a text shows, in whatever encoding. */
export function secretsIn(text: string, secrets: Iterable<string>): string[] {
  return [...secrets].filter((secret) => formsOf(secret).some((form) => text.includes(form)));
}
