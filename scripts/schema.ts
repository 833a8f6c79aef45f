import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { stakeholderFileSchema } from "../components/stakeholder-file.ts";

/** Where the package publishes the JSON schema of stakeholder files. */
export const schemaFile = fileURLToPath(new URL("../schema/stakeholder.json", import.meta.url));

/** The text of that file, made from the form that the files are checked against. */
export function schemaText(): string {
  return `${JSON.stringify(stakeholderFileSchema(), null, 2)}\n`;
}

if (import.meta.main) {
  await mkdir(dirname(schemaFile), { recursive: true });
  await writeFile(schemaFile, schemaText());
}
