import { expect, test } from "vitest";
import { document, integratedb } from "./command-line.ts";

const secret = "hunter2secret";

test("no command prints the help and exits 2", async () => {
  const { exit, stdout, stderr } = await integratedb([]);
  expect(exit).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^IDB1301/);
  expect(stderr).toContain("doctor");
});

test("the first word of a command alone prints what may follow it, and exits 2", async () => {
  const { exit, stdout, stderr } = await integratedb(["dlq"]);
  expect(exit).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^IDB1301 no command given/);
  expect(stderr).toContain("redrive");
});

test.each([
  ["an unknown command", ["explode"]],
  ["an unknown second word", ["dlq", "explode"]],
  ["an unknown option", ["status", "--colour"]],
  ["an argument too many", ["status", "now"]],
  ["an option without its value", ["status", "--url"]],
  ["a value that is not one of the choices", ["install", "--enforce", "never"]],
])("%s is refused with exit 2 and one line that says what to do", async (_, argv) => {
  const { exit, stdout, stderr } = await integratedb(argv);
  expect(exit).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^IDB1301 .*\n {2}do: .*--help/);
  expect(stderr).not.toMatch(/\bat .*\.ts:/);
});

test.each([
  [`postgres://me:${secret}@db/shop`],
  [`status postgres://me:${secret}@db/shop`],
  [`status --ulr=postgres://me:${secret}@db/shop`],
  [`status --url postgres://me:${secret}@db:port/shop`],
  [`status --url http://me:${secret}@db/shop`],
  [`status --url host=db,password=${secret}`],
])("the password in `%s` is not repeated", async (line) => {
  for (const argv of [line.split(" "), [...line.split(" "), "--json"]]) {
    const { exit, stdout, stderr } = await integratedb(argv);
    expect(exit).toBe(2);
    expect(stdout + stderr).toMatch(/IDB1[13]01/);
    expect(stdout + stderr).not.toContain(secret);
  }
});

test("without a connection it says how to give one", async () => {
  const { exit, stderr } = await integratedb(["status"]);
  expect(exit).toBe(2);
  expect(stderr).toContain("IDB1302");
  expect(stderr).toContain("DATABASE_URL");
});

test("an empty DATABASE_URL counts as none", async () => {
  const { stderr } = await integratedb(["status"], { DATABASE_URL: "" });
  expect(stderr).toContain("IDB1302");
});

test("--json says an error as one document on the standard output", async () => {
  const result = await integratedb(["status", "--json"]);
  expect(result.stderr).toBe("");
  expect(document(result)).toEqual({
    error: {
      code: "IDB1302",
      problem: expect.any(String),
      expected: null,
      found: null,
      remedy: expect.any(String),
    },
  });
});

test("--help goes to the standard output and exits 0", async () => {
  const { exit, stdout } = await integratedb(["claims", "--help"]);
  expect(exit).toBe(0);
  expect(stdout).toContain("--stakeholder <name>");
});

test("--version is the version of the package", async () => {
  const { exit, stdout } = await integratedb(["--version"]);
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
});
