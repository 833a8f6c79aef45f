import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

/** A file of the engine: `name` without ending, `text` as it is run. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

function read(folder: string): SourceFile[] {
  const place = new URL(`./${folder}/`, import.meta.url);
  return readdirSync(place)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => ({
      name: file.slice(0, -".sql".length),
      text: readFileSync(new URL(file, place), "utf8"),
    }));
}

/** Tables and types, in order; one that has been released never changes. */
export const migrations = (): SourceFile[] => read("migrations");

/** Functions, one a file, replayed at every install. */
export const functions = (): SourceFile[] => read("functions");

/** Views, replayed after the functions that they use. */
export const views = (): SourceFile[] => read("views");

/** What tells one build of the engine from another of the same version. */
export function checksum(): string {
  const hash = createHash("sha256");
  for (const file of [...migrations(), ...functions(), ...views()])
    hash.update(`${file.name}\n${file.text}`);
  return hash.digest("hex");
}

/** The qualified name of the function that a file of `functions()` makes; no two have the same. */
export function functionName(file: SourceFile): string {
  const name = /^create or replace function ([a-z_.]+)\(/m.exec(file.text)?.[1];
  if (name === undefined) throw new Error(`sql/functions/${file.name}.sql makes no function`);
  return name;
}
