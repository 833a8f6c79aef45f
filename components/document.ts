import * as pulumi from "@pulumi/pulumi";

/**
 * A document of the original format, from an object or from JSON text.
 *
 * @param owner what it belongs to, as `the claim orders`
 * @param keys what it must hold, and nothing beside them
 * @throws pulumi.ResourceError if it is no such document.
 */
export function parsedDocument(
  document: unknown,
  owner: string,
  keys: readonly string[],
): Record<string, unknown> {
  const read = typeof document === "string" ? parsed(document, owner) : document;
  const names = keys.map((key) => `\`${key}\``).join(" and ");
  if (typeof read !== "object" || read === null || keys.some((key) => !(key in read))) {
    throw malformed(`expected an object with ${names}`, owner);
  }
  const other = Object.keys(read).find((key) => !keys.includes(key));
  if (other !== undefined) {
    throw malformed(`nothing is allowed beside ${names}, found \`${other}\``, owner);
  }
  return { ...read };
}

function parsed(text: string, owner: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The message of the parser repeats the text, which may hold a secret.
    const place =
      error instanceof SyntaxError ? /at position \d+.*/.exec(error.message)?.[0] : undefined;
    throw malformed(`the text is no JSON${place === undefined ? "" : ` (${place})`}`, owner);
  }
}

function malformed(problem: string, owner: string): pulumi.ResourceError {
  const message = `IDB1201 document of ${owner}: ${problem}.`;
  return new pulumi.ResourceError(message, undefined, true);
}
