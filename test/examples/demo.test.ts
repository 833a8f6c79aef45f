import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const demo = fileURLToPath(new URL("../../examples/demo/main.ts", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "demo-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the demo, with a folder for temporary files of its own, and ends it at a certain output. */
function play(
  temporary: string,
  endAt?: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const env = { ...process.env, TMPDIR: temporary, NO_COLOR: "1" };
  const child = spawn(process.execPath, [demo], { env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
    if (endAt === undefined || !stdout.includes(endAt)) return;
    endAt = undefined;
    child.kill("SIGTERM");
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

test("the demo tells its story, prints no password and leaves nothing behind", async () => {
  const { code, stdout, stderr } = await play(folder);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("needs public.orders.status varchar(20): this migration drops it");
  expect(stdout).toMatch(
    /integratedb\.row\.inserted {2}public\.orders\/3 {2}\{"id":3,"status":"open"\}/,
  );
  expect(stdout).toMatch(
    /integratedb\.row\.updated {3}public\.orders\/3 {2}\{"id":3,"status":"paid"\}/,
  );
  expect(stdout).toContain("reporterUrl = postgresql://reporter_a:[secret]@");
  expect(stdout.replaceAll("reporter_a:[secret]@", "")).not.toMatch(/\/\/\S+:\S+@/);
  expect(stdout).not.toContain("\u001b");
  expect(stdout.split("\n").length).toBeLessThan(90);
  expect(await readdir(folder)).toEqual([]);
}, 240_000);

test("the demo that is interrupted says so and leaves nothing behind", async () => {
  const { code, stderr } = await play(folder, "pulumi preview");
  expect(code).toBe(143);
  expect(stderr).toContain("Interrupted");
  expect(await readdir(folder)).toEqual([]);
});

test("the demo that fails says why, in its exit code, too", async () => {
  const { code, stderr } = await play(join(folder, "missing"));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^\nThe demo failed: \S+/);
});
