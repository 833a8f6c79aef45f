import { afterAll, beforeAll, expect, test } from "vitest";
import { seal } from "../../provider/runtime/seal.ts";
import type { RelayProcess } from "../relay/relay-process.ts";
import { RelayStage } from "../relay/relay-stage.ts";
import { document, integratedb } from "./command-line.ts";

let stage: RelayStage;
let relay: RelayProcess;

beforeAll(async () => {
  stage = await RelayStage.start();
  await stage.sql("CREATE ROLE reporting LOGIN PASSWORD 'secret' IN ROLE reporter");
  const [row] = (await stage.database.owner.query("SELECT integratedb.relay_key() AS key")).rows;
  const token = { sealed: seal("t0ken-of-16-letters", row.key) };
  await stage.notify("orders", {
    match: [{ path: "public.orders", fields: ["id", "status"] }],
    channels: { live: { type: "socket" }, guarded: { type: "socket", token } },
  });
  relay = await stage.relay();
  await relay.ready();
  await stage.sql("INSERT INTO orders VALUES (1, 'open', 1, 'not claimed here')");
});
afterAll(() => stage?.stop());

function tail(channel: string, env: Record<string, string>, ...options: string[]) {
  const argv = ["tail", "reporter", "orders", channel, "--after", "oldest", "--count", "1"];
  return integratedb([...argv, ...options], { INTEGRATEDB_RELAY_URL: relay.url, ...env });
}

const login = { DATABASE_URL: "postgresql://reporting:secret@db/shop" };

test("tail follows a socket channel of a relay with the stakeholder's credentials", async () => {
  const { exit, stdout } = await tail("live", login, "--json");
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    type: "integratedb.row.inserted",
    data: { new: { status: "open" } },
  });
  const line = (await tail("live", login)).stdout;
  expect(line).toMatch(/^\S+ {2}inserted {2}\S*orders\S* {2}\{"id":"1","status":"open"\}\n$/);
});

test("tail opens a channel with the token that was sealed for it, and with no other", async () => {
  const right = await tail("guarded", { INTEGRATEDB_TOKEN: "t0ken-of-16-letters" });
  expect(right.exit).toBe(0);
  expect((await tail("guarded", { INTEGRATEDB_TOKEN: "other" })).stderr).toContain("IDB1311");
});

test("tail says why a relay refuses", async () => {
  const wrong = await tail("live", { DATABASE_URL: "postgresql://reporting:no@db/shop" });
  expect(wrong.exit).toBe(6);
  expect(wrong.stderr).toContain("IDB1311");
  expect((await tail("nothing", login)).stderr).toContain("IDB1312");
  expect((await tail("live", login, "--after", "nonsense")).stderr).toContain("IDB1313");
});

test("channels shows what the relay says of itself", async () => {
  const result = await integratedb(["channels", "--json"], { DATABASE_URL: stage.database.url });
  const { channels, slots } = document(result) as { channels: object[]; slots: object[] };
  expect(slots).toMatchObject([{ active: true, lost: false, lagBytes: expect.any(Number) }]);
  expect(channels).toMatchObject([{ channel: "guarded" }, { channel: "live", spooled: 0 }]);
});
