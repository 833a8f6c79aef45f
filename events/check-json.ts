import { EventsError } from "./events-error.ts";

/** What JSON text may be like, beyond its grammar. */
export interface JsonLimits {
  /** Objects and arrays within each other, at most. */
  readonly depth: number;
  /** Objects down to this depth name each property once; those further down are columns' values. */
  readonly uniqueDepth: number;
}

/**
 * Refuses what JSON.parse takes and its readers disagree about or break on: names that occur twice,
 * of which some readers take the first and some the last, and very deep nesting.
 *
 * @throws EventsError IDB4207
 */
export function checkJson(text: string, { depth, uniqueDepth }: JsonLimits): void {
  /** Names so far of each open object; undefined for an array, and below `uniqueDepth`. */
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = endOfString(text, at);
        const names = open.at(-1);
        if (names !== undefined && isName(text, end)) addName(names, text.slice(at, end));
        at = end - 1;
        break;
      }
      case 0x7b:
      case 0x5b:
        if (open.length === depth) {
          throw new EventsError("IDB4207", `the JSON is nested more than ${depth} deep`);
        }
        open.push(text[at] === "{" && open.length < uniqueDepth ? new Set() : undefined);
        break;
      case 0x7d:
      case 0x5d:
        open.pop();
        break;
    }
  }
}

/** @returns where the string that starts at `start` is over */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes++;
  return backslashes % 2 === 1;
}

/** Whether a colon follows. */
function isName(text: string, from: number): boolean {
  let at = from;
  while (/\s/.test(text[at] ?? "")) at++;
  return text[at] === ":";
}

function addName(names: Set<string>, quoted: string): void {
  const name = nameOf(quoted);
  if (names.has(name)) throw new EventsError("IDB4207", "the JSON names a property twice");
  names.add(name);
}

function nameOf(quoted: string): string {
  if (!quoted.includes("\\")) return quoted;
  try {
    return JSON.stringify(JSON.parse(quoted));
  } catch {
    // JSON.parse of the whole will say so.
    return quoted;
  }
}
