import { styleText } from "node:util";

/** Colours only where standard output shows them, and never under NO_COLOR. */
type Style = Parameters<typeof styleText>[0];
const styled = (style: Style, text: string) =>
  process.env["NO_COLOR"] ? text : styleText(style, text, { stream: process.stdout });

let steps = 0;

export function title(text: string): void {
  console.log(styled("bold", text));
}

/** Begins a numbered step of the story. */
export function step(text: string): void {
  steps += 1;
  console.log(`\n${styled("bold", `${steps}. ${text}`)}`);
}

/** A line below a step; `+`, `-` and `~` at its beginning get the colours of a diff. */
export function line(text: string): void {
  const colours: Readonly<Record<string, Style>> = { "+": "green", "-": "red", "~": "yellow" };
  const style = colours[text.trimStart().charAt(0)];
  console.log(`     ${style === undefined ? text : styled(style, text)}`);
}

/** A statement, after the prompt of the one who sends it. */
export function statement(prompt: string, text: string): void {
  console.log(`     ${styled("cyan", prompt)} ${text};`);
}

/** What the server answers with; a function without a result says nothing. */
export function answer(rows: readonly Readonly<Record<string, unknown>>[]): void {
  const cells = rows.map((row) => Object.values(row).map((value) => String(value ?? "(null)")));
  for (const row of aligned(cells).filter(Boolean)) console.log(`        ${row}`);
}

export function refusal({ message, hint }: { message: string; hint?: string | undefined }): void {
  console.log(`        ${styled("red", "ERROR:")} ${message}`);
  if (hint !== undefined) console.log(`        HINT: ${hint.replace(/ SELECT .*/, "")}`);
}

/** Cells of a table, with columns below each other. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
