import Table from "cli-table3";

/** What a command has been given by the process that runs it. Tests may give their own. */
export interface Terminal {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
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

/** A table without borders, so that `grep`, `awk` and a terminal of any width can take it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = new Table({
    head: [...head],
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    chars: borderless,
  });
  columns.push(...rows.map((row) => row.map(printable)));
  return columns
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

const borderless = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};

/** `1 claim`, `2 claims`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
