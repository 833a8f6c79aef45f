import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../scripts/command.ts";

const outcomes = {
  passes: "test('one', () => undefined); test('two', () => undefined);",
  fails: "test('three', () => { throw new Error('no'); });",
  breaks: "throw new Error('cannot be loaded');",
  "is left out": "test('four', (context) => context.skip('no such server: install it'));",
};

let root: string;

beforeAll(async () => {
  await mkdir(".cache", { recursive: true });
  root = await mkdtemp(join(".cache", "closing-line-"));
});
afterAll(() => rm(root, { recursive: true }));

/** Runs a project of test files, one for each outcome, with the reporter under test. */
async function runWith(names: Array<keyof typeof outcomes>, env: Record<string, string> = {}) {
  const folder = await mkdtemp(join(root, "run-"));
  for (const [index, name] of names.entries()) {
    const text = `import { test } from "vitest";\n${outcomes[name]}\n`;
    await writeFile(join(folder, `${index}.test.ts`), text);
  }
  const reporter = join(process.cwd(), "test", "closing-line.ts");
  const args = ["run", "--root", folder, "--reporter=default", `--reporter=${reporter}`];
  const inherited = { ...process.env, INTEGRATEDB_TEST_TALLY: "", INTEGRATEDB_TEST_REQUIRE: "" };
  const { code, output } = await runCommand(
    process.execPath,
    [join("node_modules", "vitest", "vitest.mjs"), ...args],
    { env: { ...inherited, NO_COLOR: "1", ...env } },
  );
  return { code, output, lastLine: output.trimEnd().split("\n").at(-1) };
}

test("a run in which all tests pass ends with their number and code 0", async () => {
  expect(await runWith(["passes"])).toMatchObject({ code: 0, lastLine: "2 passed, 0 failed" });
});

test("a failing test and a file that cannot be loaded both count as failed", async () => {
  const run = await runWith(["passes", "fails", "breaks"]);
  expect(run).toMatchObject({ code: 1, lastLine: "2 passed, 2 failed" });
});

test("a test that was left out is named with its reason and counted as skipped", async () => {
  const run = await runWith(["passes", "is left out"]);
  expect(run).toMatchObject({ code: 0, lastLine: "2 passed, 0 failed, 1 skipped" });
  expect(run.output).toContain("NOT TESTED: four: no such server: install it");
});

test("leaving a test out is a failure where everything is required", async () => {
  const run = await runWith(["passes", "is left out"], { INTEGRATEDB_TEST_REQUIRE: "all" });
  expect(run).toMatchObject({ code: 1, lastLine: "2 passed, 1 failed" });
});

test("a caller who counts more than tests gets the numbers in a file instead", async () => {
  const file = join(root, "tally.json");
  const run = await runWith(["passes"], { INTEGRATEDB_TEST_TALLY: file });
  expect(run.lastLine).not.toMatch(/passed,/);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual({ passed: 2, failed: 0, skipped: 0 });
});
