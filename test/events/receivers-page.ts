import { jsonForms } from "../../relay/encoding/json-form.ts";

/** The rows of the table of types, from the table that the relay encodes by. */
export function typeRows(): string[][] {
  return jsonForms.map(({ types, json, examples }) => [
    Object.keys(types).map(code).join(", "),
    json,
    examples.map(code).join(", "),
  ]);
}

function code(text: string): string {
  return `\`${text}\``;
}

/** The rows of the first table below a heading, without its own. */
export function tableBelow(page: string, heading: string): string[][] {
  const section = page.split(`\n${heading}\n`)[1] ?? "";
  const lines = section.split("\n");
  const start = lines.findIndex((line) => line.startsWith("|"));
  const end = lines.findIndex((line, at) => at > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The text of a fenced block, by what stands after its language. */
export function fenced(page: string, name: string): string {
  const text = new RegExp(`^\`\`\`\\w+ ${name}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1];
  if (text === undefined) throw new Error(`the page has no block ${name}`);
  return text;
}
