import { readFileSync } from "node:fs";
import { type Document, isMap, isNode, isPair, LineCounter, type Node, parseDocument } from "yaml";
import {
  type FormProblem,
  formProblems,
  propertyPath,
} from "../provider/runtime/check-failures.ts";
import { fileSecrets } from "./file-notification.ts";
import { problemOf } from "./secret-reference.ts";
import { type StakeholderFile, stakeholderFile } from "./stakeholder-file.ts";

/** What was read from a file, or what is wrong with it, a line a problem. */
export type FileResult =
  | { readonly content: StakeholderFile; readonly problems?: never }
  | { readonly content?: never; readonly problems: readonly string[] };

/**
 * Reads a file in YAML or JSON (which YAML contains). Each problem is written as
 * `file:line:column: place: what is wrong`, all of them at once.
 */
export function readStakeholderFile(file: string): FileResult {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), {
    lineCounter: lines,
    prettyErrors: false,
  });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    return { problems: document.errors.map(({ pos, message }) => `${at(pos[0])}: ${message}`) };
  }
  const value = plainValue(document);
  if (value instanceof Error) return { problems: [`${at(0)}: ${value.message}`] };
  const parsed = stakeholderFile.safeParse(value ?? {});
  const found = parsed.success ? missingSecrets(parsed.data) : formProblems(parsed.error);
  if (parsed.success && found.length === 0) return { content: parsed.data };
  const problems = found.map(({ path, problem, unknownKey }) => {
    const place = propertyPath(path);
    const offset = offsetOf(document, path, unknownKey);
    return { offset, text: `${at(offset)}: ${place === "" ? "" : `${place}: `}${problem}` };
  });
  return { problems: problems.toSorted((a, b) => a.offset - b.offset).map(({ text }) => text) };
}

/** Each secret of the file whose value is not where the file says. */
function missingSecrets({ notifications = {} }: StakeholderFile): FormProblem[] {
  return Object.entries(notifications).flatMap(([name, notification]) =>
    fileSecrets(notification).flatMap(({ path, reference }) => {
      const problem = problemOf(reference);
      return problem === undefined ? [] : [{ path: ["notifications", name, ...path], problem }];
    }),
  );
}

/** The document as plain values; an error if its aliases would multiply beyond measure. */
function plainValue(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Where the value at a path begins, or its unknown key; for what is missing, its nearest parent. */
function offsetOf(document: Document, path: readonly PropertyKey[], unknownKey?: string): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (!isNode(node)) continue;
    const key = unknownKey === undefined ? undefined : keyNode(node, unknownKey);
    return (key ?? node).range?.[0] ?? 0;
  }
  return 0;
}

function keyNode(node: Node, name: string): Node | undefined {
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isNode(key) && String(key) === name);
  return isPair(pair) && isNode(pair.key) ? pair.key : undefined;
}
