/** What a command has been given by the process that runs it. Tests may give their own. */
export interface Terminal {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly stdin: AsyncIterable<string | Uint8Array>;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Text that came from a database, made safe to print: a table may be named with escape sequences
 * or line breaks, which would otherwise rewrite the reader's screen.
 */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/**
 * A table without borders, so that `grep`, `awk` and a terminal of any width can take it. Linear in
 * its rows: a database may have 100,000 claimed columns.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [...(head.length > 0 ? [head] : []), ...rows.map((row) => row.map(printable))];
  const widths: number[] = [];
  for (const line of lines) {
    line.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
    });
  }
  const padded = (cell: string, column: number) =>
    cell + " ".repeat((widths[column] ?? 0) - displayWidth(cell));
  return lines.map((line) => line.map(padded).join("  ").trimEnd()).join("\n");
}

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;

/** Columns of a terminal that a text takes: none for combining marks, two for wide characters. */
function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text)
    width += /\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** `1 claim`, `2 claims`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
