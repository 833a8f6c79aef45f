import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { stakeholderFileSchema } from "../components/stakeholder-file.ts";
import { eventSchema } from "../events/event.ts";

/** Where the package publishes JSON schemas. */
export const schemaFolder = fileURLToPath(new URL("../schema/", import.meta.url));

/** The text of each file there, made from the form that files and events are checked against. */
export function schemaTexts(): Record<string, string> {
  return {
    "event.json": textOf(eventSchema()),
    "stakeholder.json": textOf(stakeholderFileSchema()),
  };
}

function textOf(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

if (import.meta.main) {
  await mkdir(schemaFolder, { recursive: true });
  for (const [name, text] of Object.entries(schemaTexts())) {
    await writeFile(schemaFolder + name, text);
  }
}
