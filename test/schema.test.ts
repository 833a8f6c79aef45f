import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { schemaFolder, schemaTexts } from "../scripts/schema.ts";

test.each(Object.entries(schemaTexts()))(
  "the published schema %s is the one that is checked against",
  async (name, text) => {
    const remedy = `run \`npm run schema\` and commit schema/${name}`;
    expect(await readFile(schemaFolder + name, "utf8"), remedy).toBe(text);
  },
);
