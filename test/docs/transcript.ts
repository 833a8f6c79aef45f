/**
 * How what a command printed differs from what a page says that it prints; undefined where it does
 * not. A line `…` on the page stands for any lines, and `…` in a line for any text. Times, versions,
 * ports and dates may differ. The lines of Pulumi may come in another order, because it works on
 * several resources at once.
 */
export function difference(command: string, said: string, printed: string): string | undefined {
  const expected = lines(said);
  const actual = lines(printed);
  const agree = /^pulumi (preview|up|refresh|destroy)\b/.test(command)
    ? agreeInAnyOrder(expected, actual)
    : agreeInOrder(expected, actual);
  return agree ? undefined : `the page says:\n${said}\nprinted was:\n${printed}`;
}

function agreeInOrder(expected: readonly string[], actual: readonly string[]): boolean {
  const pattern = expected.map((line) => (line === "…" ? "(?:.*\n)*" : `${patternOf(line)}\n`));
  return new RegExp(`^${pattern.join("")}$`).test(actual.map((line) => `${line}\n`).join(""));
}

function agreeInAnyOrder(expected: readonly string[], actual: readonly string[]): boolean {
  const left = [...actual];
  for (const line of expected.filter((each) => each !== "…")) {
    const found = left.findIndex((other) => new RegExp(`^${patternOf(line)}$`).test(other));
    if (found === -1) return false;
    left.splice(found, 1);
  }
  return left.length === 0 || expected.includes("…");
}

function patternOf(line: string): string {
  return line
    .split("…")
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map(withoutAccidents)
    .filter((line) => line !== "" && !line.includes("warning: using pulumi-"));
}

function withoutAccidents(line: string): string {
  return line
    .replaceAll(/(127\.0\.0\.1|localhost):\d+/g, "localhost:5432")
    .replaceAll(/\b\d+\.\d+\.\d+\b/g, "0.0.0")
    .replaceAll(/\b\d{4}-\d\d-\d\d\b/g, "2000-01-01")
    .replaceAll(/\b\d+(\.\d+)?s\b/g, "1s")
    .trimEnd();
}
