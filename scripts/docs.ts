import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { cliPage } from "./reference/cli-page.ts";
import { errorsPage } from "./reference/errors-page.ts";
import { relayPage } from "./reference/relay-page.ts";
import { sqlPage } from "./reference/sql-page.ts";

/** The pages of `docs/` that are made from the sources, by file name. */
export async function referencePages(): Promise<Record<string, string>> {
  return {
    "reference-cli.md": formatted(cliPage()),
    "reference-errors.md": formatted(errorsPage()),
    "reference-relay.md": formatted(await relayPage()),
    "reference-sql.md": formatted(await sqlPage()),
  };
}

/** As the formatter leaves it, so that formatting the repository does not change a page. */
function formatted(page: string): string {
  const biome = fileURLToPath(import.meta.resolve("@biomejs/biome/bin/biome"));
  const argv = [biome, "format", "--stdin-file-path=page.md"];
  return execFileSync(process.execPath, argv, { input: page, encoding: "utf8" });
}

export const docsFolder = fileURLToPath(new URL("../docs/", import.meta.url));

if (import.meta.main) {
  for (const [name, text] of Object.entries(await referencePages())) {
    await writeFile(docsFolder + name, text);
    console.log(`docs/${name}`);
  }
}
