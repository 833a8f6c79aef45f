import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { docsFolder, referencePages } from "../../scripts/docs.ts";
import { commentToMarkdown } from "../../scripts/reference/sql-comment.ts";

test.each(Object.entries(await referencePages()))(
  "docs/%s is as its sources say",
  async (name, text) => {
    expect(await readFile(docsFolder + name, "utf8"), "run `npm run docs`").toBe(text);
  },
);

test("a comment becomes paragraphs, and its parameters and result a list", () => {
  const comment = `-- Does it.
-- name: which <one> to do.
-- Returns *nothing* (rule K4).
--
-- Then \`a * b\` rests.
`;
  expect(commentToMarkdown(comment, ["name"])).toBe(`Does it.

- name: which \\<one> to do.
- Returns \\*nothing\\* (rule [K4](rules.md)).

Then \`a * b\` rests.`);
});
