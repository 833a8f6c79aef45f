import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { schemaFile, schemaText } from "../scripts/schema.ts";

test("the published schema of stakeholder files is the one they are checked against", async () => {
  const remedy = "run `npm run schema` and commit schema/stakeholder.json";
  expect(await readFile(schemaFile, "utf8"), remedy).toBe(schemaText());
});
