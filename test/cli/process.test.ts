import { expect, test } from "vitest";
import { document, integratedbProcess } from "./command-line.ts";

test("the process prints nothing but the error, and ends with its exit code", async () => {
  const { exit, stdout, stderr } = await integratedbProcess(["status"]);
  expect(exit).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^IDB1302 .*\n {2}do: /);
});

test("under --json the standard output of the process is one document", async () => {
  const result = await integratedbProcess(["status", "--json"]);
  expect(result.exit).toBe(2);
  expect(result.stderr).toBe("");
  expect(document(result)).toMatchObject({ error: { code: "IDB1302" } });
});

test("--help lists commands and exit codes, and exits 0", async () => {
  const { exit, stdout } = await integratedbProcess(["--help"]);
  expect(exit).toBe(0);
  expect(stdout).toContain("doctor");
  expect(stdout).toMatch(/Exit codes:\n {2}0 {2}/);
});
