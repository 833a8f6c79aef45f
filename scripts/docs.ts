import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { cliPage } from "./reference/cli-page.ts";
import { errorsPage } from "./reference/errors-page.ts";
import { sqlPage } from "./reference/sql-page.ts";

/** The pages of `docs/` that are made from the sources, by file name. */
export async function referencePages(): Promise<Record<string, string>> {
  return {
    "reference-cli.md": cliPage(),
    "reference-errors.md": errorsPage(),
    "reference-sql.md": await sqlPage(),
  };
}

export const docsFolder = fileURLToPath(new URL("../docs/", import.meta.url));

if (import.meta.main) {
  for (const [name, text] of Object.entries(await referencePages())) {
    await writeFile(docsFolder + name, text);
    console.log(`docs/${name}`);
  }
}
