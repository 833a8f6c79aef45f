import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** Each file of the table is made with one import, and the project's own lint settings judge it. */
const refused = [
  ["sql/install.ts", "../provider/claim.ts"],
  ["sql/deep/install.ts", "../../cli/main.ts"],
  ["sql/errors.ts", "@integratedb/pulumi"],
  ["provider/claim.ts", "../components/claim.ts"],
  ["provider/runtime/v1/claim.ts", "../../../cli/main.ts"],
  ["provider/database.ts", "@integratedb/pulumi"],
  ["components/claim.ts", "../sql/index.ts"],
  ["components/database.ts", "../relay/index.ts"],
  ["cli/main.ts", "../components/index.ts"],
  ["cli/commands/install.ts", "../../provider/claim.ts"],
  ["relay/source.ts", "../provider/runtime/connection.ts"],
  ["events/parse.ts", "../relay/encoding/envelope.ts"],
  ["cli/program.ts", "../test/postgres.ts"],
] as const;
const allowed = [
  ["provider/runtime/connection.ts", "../../sql/errors.ts"],
  ["provider/stakeholder.ts", "@integratedb/pulumi/runtime/v1"],
  ["components/stakeholder.ts", "../provider/stakeholder.ts"],
  ["cli/commands/sync.ts", "../../sql/index.ts"],
  ["cli/connection.ts", "../provider/runtime/connection.ts"],
  ["relay/registry.ts", "../sql/errors.ts"],
  ["components/index.ts", "@pulumi/pulumi"],
] as const;

interface Report {
  readonly diagnostics: ReadonlyArray<{
    readonly category: string;
    readonly severity: string;
    readonly location: { readonly path: string | { readonly file: string } };
  }>;
}

describe("the direction of imports", () => {
  let folder: string;
  let complaints: Set<string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "import-rule-"));
    const { vcs: _, $schema: __, ...settings } = JSON.parse(await readFile("biome.json", "utf8"));
    await writeFile(join(folder, "biome.json"), JSON.stringify(settings));
    for (const [file, source] of [...refused, ...allowed]) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), `export const part = await import("${source}");\n`);
    }
    complaints = await filesWithRestrictedImports(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each(refused)("%s may not import %s", (file) => {
    expect(complaints).toContain(file);
  });

  test.each(allowed)("%s may import %s", (file) => {
    expect(complaints).not.toContain(file);
  });
});

async function filesWithRestrictedImports(folder: string): Promise<Set<string>> {
  const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");
  const args = [biome, "lint", "--reporter=json", "--max-diagnostics=none", "."];
  // Biome ends with 1 where it has something to complain about, which is the case here.
  const failure = await promisify(execFile)(process.execPath, args, { cwd: folder }).then(
    () => ({ stdout: '{"diagnostics":[]}' }),
    (error: { stdout: string }) => error,
  );
  const report: Report = JSON.parse(failure.stdout);
  const errors = report.diagnostics.filter(
    ({ category, severity }) =>
      category === "lint/style/noRestrictedImports" && severity === "error",
  );
  return new Set(
    errors.map(({ location: { path } }) => (typeof path === "string" ? path : path.file)),
  );
}
