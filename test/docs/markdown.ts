/** A piece of a page that can be played: a file to write, a change of one, or a session. */
export type Block =
  | { readonly kind: "file"; readonly name: string; readonly text: string; readonly line: number }
  | { readonly kind: "change"; readonly name: string; readonly text: string; readonly line: number }
  | {
      readonly kind: "command";
      readonly command: string;
      readonly output: string;
      readonly line: number;
    };

/**
 * What a page of documentation asks its reader to do, in its order: a fence with the name of a file
 * after its language (`ts index.ts`) is that file, `diff index.ts` a change of it, and `console` holds
 * commands after `$ `, each with what it prints. A fence below `<!-- not run -->` is passed over, and for
 * one below `<!-- not run; in its place: … -->` that command is run.
 */
export function blocksOf(page: string): Block[] {
  const fences = page.matchAll(
    /^(<!-- not run(?:; in its place: (.*)|.*) -->\n)?```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm,
  );
  return [...fences].flatMap((match): Block[] => {
    const [, notRun, instead, language, name, text = ""] = match;
    const line = page.slice(0, match.index).split("\n").length + (notRun ? 1 : 0);
    if (instead) return [{ kind: "command", command: instead, output: "", line }];
    if (notRun) return [];
    if (language === "console") return commandsOf(text, line + 1);
    if (name === undefined) return [];
    return [{ kind: language === "diff" ? "change" : "file", name, text, line }];
  });
}

/** A command goes on in the next line after a backslash, as in a shell. */
function commandsOf(session: string, firstLine: number): Block[] {
  return [...session.matchAll(/^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)/gm)].map(
    ({ 1: command = "", 2: output = "", index }) => ({
      kind: "command",
      command,
      output,
      line: firstLine + session.slice(0, index).split("\n").length - 1,
    }),
  );
}

/**
 * A file after a change that is written as a diff without line numbers: each run of lines with `-`
 * is replaced by the lines with `+` after it, and lines without a sign say where.
 *
 * @throws when the file does not hold what is to be changed exactly once
 */
export function changed(file: string, diff: string): string {
  const lines = diff.trimEnd().split("\n");
  const side = (sign: string) =>
    lines
      .filter((line) => !line.startsWith(sign))
      .map((line) => `${line.slice(1)}\n`)
      .join("");
  const before = side("+");
  if (file.split(before).length !== 2) throw new Error(`not in the file once:\n${before}`);
  return file.replace(before, () => side("-"));
}
