/**
 * The comment that stands above a function, as Markdown: paragraphs as they are, and in them each
 * sentence that begins with a parameter, `Returns` or `Errors` as an item of a list.
 */
export function commentToMarkdown(comment: string, parameters: readonly string[]): string {
  const paragraphs = comment.replaceAll(/^-- ?/gm, "").trim().split(/\n\n+/);
  return paragraphs
    .map((text) => (text.startsWith("```") ? text : items(text.replaceAll("\n", " "), parameters)))
    .join("\n\n");
}

function items(paragraph: string, parameters: readonly string[]): string {
  const starts = [...parameters.map((name) => `${name}(?:, \\w+)?:? `), "Returns ", "Errors: "];
  const [lead = "", ...rest] = paragraph.split(
    new RegExp(`(?:^|(?<=[.})] ))(?=${starts.join("|")})`),
  );
  const list = rest.map((item) => `- ${escaped(item.trim())}`);
  return [escaped(lead.trim()), list.join("\n")].filter((part) => part !== "").join("\n\n");
}

/** Comments are plain text: what Markdown would take for markup is not meant so. */
function escaped(text: string): string {
  const linked = (part: string) =>
    part
      .replaceAll(/[\\*<]/g, (character) => `\\${character}`)
      .replaceAll(/\brule ([KF]\d+)/g, "rule [$1](rules.md)");
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : linked(part)))
    .join("");
}
