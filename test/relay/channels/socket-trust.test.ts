import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { basic, eventually, type SocketHost, SocketStage } from "./socket-stage.ts";

let stage: SocketStage;
let host: SocketHost;

beforeAll(async () => {
  stage = await SocketStage.start();
  await stage.channel("orders");
  host = await stage.serve();
});
afterAll(() => stage?.stop());

async function ask(secret?: string): Promise<{ status: number; code: string }> {
  const response = await fetch(host.url("/events/reporter/orders/live"), {
    headers: basic("reporting", secret),
  });
  if (response.ok) {
    await response.body?.cancel();
    return { status: response.status, code: "" };
  }
  const { code } = (await response.json()) as { code: string };
  return { status: response.status, code };
}

test("where the database asks for no password, none lets a receiver in", async () => {
  expect(await ask()).toEqual({ status: 200, code: "" });
  const { owner } = stage.relay.database;
  const { rows } = await owner.query<{ hba_file: string }>("SHOW hba_file");
  const file = rows[0]?.hba_file ?? "";
  await writeFile(file, `host all reporting 127.0.0.1/32 trust\n${await readFile(file, "utf8")}`);
  await owner.query("SELECT pg_reload_conf()");
  await eventually(async () => (await ask(`not it ${Math.random()}`)).status !== 401);
  expect(await ask("neither")).toEqual({ status: 403, code: "IDB4169" });
  host = await stage.serve();
  expect(await ask()).toEqual({ status: 403, code: "IDB4169" });
});
