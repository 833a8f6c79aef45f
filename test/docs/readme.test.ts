import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { blocksOf } from "./markdown.ts";
import { walkThrough } from "./walk-through.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const shop = join(repository, "examples/shop");

await walkThrough("README.md", async ({ folder, run }) => {
  for (const file of ["package.json", "Pulumi.yaml", "tables.sql"]) {
    await cp(join(shop, file), join(folder, file));
  }
  for (const command of [
    "export PULUMI_CONFIG_PASSPHRASE=readme",
    'psql "$DATABASE_URL" -q -f tables.sql',
    "pulumi login file://.",
    "pulumi stack init dev",
    'pulumi config set --secret databaseUrl "$DATABASE_URL"',
  ]) {
    const { code, output } = await run(command);
    expect(code, output).toBe(0);
  }
});

test.each(["README.md", "docs/tutorial.md"])(
  "%s has the program of examples/shop",
  async (page) => {
    const blocks = blocksOf(await readFile(join(repository, page), "utf8"));
    const program = blocks.find((block) => block.kind === "file" && block.name === "index.ts");
    expect(program).toMatchObject({ text: await readFile(join(shop, "index.ts"), "utf8") });
  },
);
