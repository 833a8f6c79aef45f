import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDockerApi } from "../servers/docker-api.ts";
import { useServer } from "../servers/use-server.ts";

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
  dockerHost = "unix:///nowhere/docker.sock",
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const env = { ...process.env, TMPDIR: temporary, NO_COLOR: "1", DOCKER_HOST: dockerHost };
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

function expectStory({ code, stdout, stderr }: Awaited<ReturnType<typeof play>>): void {
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
  expect(stdout.split("\n").length).toBeLessThan(105);
}

test("the demo tells its story, prints no password and leaves nothing behind", async () => {
  const played = await play(folder);
  expectStory(played);
  expect(played.stdout).toContain("since it cannot in a container: no Docker answers.");
  expect(await readdir(folder)).toEqual([]);
}, 240_000);

describe("where a Docker Engine answers", () => {
  const api = useServer(startDockerApi);

  test("the demo runs its relay in a container, and leaves none behind", async () => {
    const played = await play(folder, undefined, api().host ?? process.env["DOCKER_HOST"] ?? "");
    expectStory(played);
    expect(played.stdout).toMatch(/It runs in a container, integratedb-demo-\w+, since/);
    const { host } = api();
    const docker = host === undefined ? new Docker() : new Docker({ socketPath: host.slice(7) });
    const names = (await docker.listContainers({ all: true })).flatMap(({ Names }) => Names);
    expect(names.filter((name) => name.includes("integratedb-demo"))).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  }, 240_000);
});

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
