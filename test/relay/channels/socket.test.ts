import { once } from "node:events";
import { connect } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { seal } from "../../../provider/runtime/seal.ts";
import { openSocket, pruneSocket } from "../../../relay/channels/socket.ts";
import { socketOptions } from "../../../relay/channels/socket-options.ts";
import { SocketWakeups } from "../../../relay/channels/socket-wakeups.ts";
import { jsonOf, structured } from "../../../relay/encoding/change-event.ts";
import { TcpProxy } from "../../tcp-proxy.ts";
import { changeEvent, changeEvents } from "../delivery/change-events.ts";
import { channelContract } from "./contract.ts";
import {
  basic,
  EventSourceClient,
  eventually,
  type SocketHost,
  SocketStage,
} from "./socket-stage.ts";

let stage: SocketStage;
let host: SocketHost;
const never = new AbortController().signal;
const options = { retention_hours: 24 };

beforeAll(async () => {
  stage = await SocketStage.start();
  host = await stage.serve({ pollEvery: 200 });
});

afterAll(async () => {
  await stage?.stop();
});

let channels = 0;

/** A channel of its own for each test, of the relay behind `host`. */
async function arranged(extra: object = {}) {
  const name = `n${++channels}`;
  const channelId = await stage.channel(name, extra);
  const { pool, wakeups } = host;
  const channel = openSocket(options, { channelId, pool, wakeups });
  const path = `/events/reporter/${name}/live`;
  const append = (...events: Parameters<typeof channel.deliver>[0]) =>
    channel.deliver(events, never);
  const listen = (query = "", headers = {}) =>
    EventSourceClient.open(host.url(path + query), { ...basic("reporting"), ...headers });
  return { channelId, channel, path, append, listen };
}

channelContract("socket", async () => {
  const channelId = await stage.channel(`contract${++channels}`);
  const databaseUrl = stage.relay.settings()["INTEGRATEDB_RELAY_DATABASE_URL"] ?? "";
  const proxy = await TcpProxy.open(Number(new URL(databaseUrl).port));
  const pool = new pg.Pool({ connectionString: proxy.through(databaseUrl), max: 2 });
  pool.on("error", () => undefined);
  const channel = openSocket(options, { channelId, pool, wakeups: new SocketWakeups() });
  return {
    channel,
    async received() {
      const { rows } = await stage.relay.database.owner.query(
        "SELECT event FROM integratedb.socket_event WHERE channel_id = $1 ORDER BY seq",
        [channelId],
      );
      return rows.map(({ event }) => event);
    },
    interrupt: async () => proxy.refuse(),
    resume: async () => proxy.restore(),
    secrets: [new URL(databaseUrl).password],
    close: async () => {
      await channel.close();
      await pool.end();
      await proxy.close();
    },
  };
});

test("its options are those of the registry", async () => {
  const { rows } = await stage.relay.database.owner.query(
    "SELECT option FROM integratedb.channel_options() WHERE type = 'socket'",
  );
  const names = rows.map(({ option }) => option).filter((name) => name !== "give_up_after_seconds");
  expect(names.sort()).toEqual(Object.keys(socketOptions.shape).sort());
});

describe("server-sent events", () => {
  test("a receiver gets what comes from now on, at once and as it is", async () => {
    const { append, listen } = await arranged();
    await append(changeEvent({ lsn: 1n }));
    const client = await listen();
    expect(client.response.headers.get("content-type")).toContain("text/event-stream");
    const event = changeEvent({ lsn: 2n, row: { text: "ü \r\n\n data: x" } });
    await append(event);
    expect(await client.until(1)).toEqual([event.id]);
    expect(client.events[0]?.data).toBe(structured(event));
    client.close();
  });

  test("line ends between the tokens of a column's JSON do no harm", async () => {
    const { append, listen } = await arranged();
    const client = await listen();
    const event = changeEvent({ lsn: 2n });
    const data = '{"new":{"doc":[1,\r\n\n2,\r3]}}';
    await append({ ...event, data, json: jsonOf(event.attributes, data) });
    await client.until(1);
    expect(JSON.parse(client.events[0]?.data ?? "").data).toEqual({ new: { doc: [1, 2, 3] } });
    client.close();
  });

  test("after a cut nothing is lost and nothing comes twice", async () => {
    const { append, listen } = await arranged();
    const events = changeEvents(600);
    const seen: string[] = [];
    await append(...events.slice(0, 100));
    let cursor = "oldest";
    for (let at = 100; at < 600; at += 100) {
      const client = await listen("", { "last-event-id": cursor });
      await append(...events.slice(at, at + 100));
      await client.until(1 + Math.floor(Math.random() * 100));
      client.close();
      seen.push(...client.events.map(({ id }) => id));
      cursor = client.lastId;
    }
    const rest = await listen(`?cursor=${encodeURIComponent(cursor)}`);
    seen.push(...(await rest.until(600 - seen.length)));
    rest.close();
    expect(seen).toEqual(events.map(({ id }) => id));
  });

  test("a receiver that was cut before its first event knows where to go on", async () => {
    const { append, listen } = await arranged();
    const first = await listen();
    await eventually(() => first.lastId !== "");
    first.close();
    await append(changeEvent({ lsn: 1n }));
    const second = await listen("", { "last-event-id": first.lastId });
    expect(await second.until(1)).toEqual(["0/1:0"]);
    second.close();
  });

  test("an event that is sent again after it was given up comes last", async () => {
    const { append, listen } = await arranged();
    const client = await listen();
    await append(changeEvent({ lsn: 5n }));
    await client.until(1);
    await append(changeEvent({ lsn: 3n }));
    expect(await client.until(2)).toEqual(["0/5:0", "0/3:0"]);
    client.close();
  });

  test("what another relay has added arrives", async () => {
    const { append, path } = await arranged();
    const other = await stage.serve({ pollEvery: 50 });
    const client = await EventSourceClient.open(other.url(path), basic("reporting"));
    await append(changeEvent({ lsn: 1n }));
    expect(await client.until(1)).toEqual(["0/1:0"]);
    client.close();
  });

  test("many events of megabytes arrive, a page in memory at a time", async () => {
    const { append, listen } = await arranged();
    const filler = "x".repeat(1_000_000);
    const events = Array.from({ length: 20 }, (_, at) =>
      changeEvent({ lsn: BigInt(at + 1), row: { filler } }),
    );
    await append(...events);
    const client = await listen("?cursor=oldest");
    expect(await client.until(20)).toEqual(events.map(({ id }) => id));
    client.close();
  });

  test("signs of life are sent", async () => {
    const { path } = await arranged();
    const quick = await stage.serve({ heartbeat: 30 });
    const response = await fetch(quick.url(path), { headers: basic("reporting") });
    let text = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (text.includes(":\n\n:\n\n")) break;
    }
    expect(text).toMatch(/^retry: 1000\nid: oldest\n\n:\n\n/);
  });
});

describe("cursors", () => {
  async function pruned() {
    const arrangement = await arranged();
    const { append, channelId } = arrangement;
    const events = changeEvents(10);
    await append(...events.slice(0, 6));
    await stage.relay.sql(
      `UPDATE integratedb.socket_event SET stored_at = now() - interval '25 hours' WHERE channel_id = ${channelId}`,
    );
    await append(...events.slice(6));
    const removed = await pruneSocket(host.pool, channelId, 24 * 3600);
    return { ...arrangement, events, removed };
  }

  test("of what is past its time the last event stays, to go on from", async () => {
    const { listen, removed, events } = await pruned();
    expect(removed).toBe(5);
    const client = await listen(`?cursor=${encodeURIComponent(events[5]?.id ?? "")}`);
    expect(await client.until(4)).toEqual(events.slice(6).map(({ id }) => id));
    client.close();
  });

  test("one whose next events are gone is answered 410, with the oldest", async () => {
    const { listen, events } = await pruned();
    const { response } = await listen(`?cursor=${encodeURIComponent(events[4]?.id ?? "")}`);
    expect(response.status).toBe(410);
    expect(await response.json()).toMatchObject({ code: "IDB4163", oldest: events[5]?.id });
  });

  test("`oldest` gives all that is kept", async () => {
    const { listen, events } = await pruned();
    const client = await listen("?cursor=oldest");
    expect(await client.until(5)).toEqual(events.slice(5).map(({ id }) => id));
    client.close();
  });

  test("the id of an event of another channel is a position all the same", async () => {
    const { append, listen } = await arranged();
    await append(changeEvent({ lsn: 2n }), changeEvent({ lsn: 6n }));
    const client = await listen("?cursor=0/4:2");
    expect(await client.until(1)).toEqual(["0/6:0"]);
    client.close();
    const later = await listen("?cursor=0/9:0");
    await append(changeEvent({ lsn: 10n }));
    expect(await later.until(1)).toEqual(["0/A:0"]);
    later.close();
  });

  test.each(["1", "0/1", "x/1:0", "0/1:0'--", "0/123456789:0", "0/1:9999999999999999"])(
    "%j is none",
    async (cursor) => {
      const { listen } = await arranged();
      const { response } = await listen(`?cursor=${encodeURIComponent(cursor)}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: "IDB4162" });
    },
  );
});

describe("who may receive", () => {
  const status = async (path: string, headers: Record<string, string>) => {
    const response = await fetch(host.url(path), { headers });
    await response.body?.cancel();
    return response.status;
  };

  test("a login of the stakeholder, and no other", async () => {
    const { path } = await arranged();
    expect(await status(path, basic("reporting"))).toBe(200);
    expect(await status(path, basic("billing"))).toBe(403);
    expect(await status(path, basic("relay", "of-the-relay"))).toBe(403);
    expect(await status(path, basic("reporting", "wrong"))).toBe(401);
    expect(await status(path, basic("nobody"))).toBe(401);
    expect(await status(path, basic("reporter", ""))).toBe(401);
    expect(await status(path, {})).toBe(401);
    expect(await status(path, { authorization: "Digest x" })).toBe(401);
  });

  test("a name with a NUL in it is no way to other options of the connection", async () => {
    const { path } = await arranged();
    const before = performance.now();
    expect(await status(path, basic("reporting\0application_name\0evil"))).toBe(401);
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test("whoever has the token, where there is one", async () => {
    const token = "a-token-of-the-receiver";
    const { rows } = await stage.relay.database.owner.query(
      "SELECT integratedb.relay_key() AS key",
    );
    const { path } = await arranged({ token: { sealed: seal(token, rows[0].key) } });
    expect(await status(path, { authorization: `Bearer ${token}` })).toBe(200);
    expect(await status(path, { authorization: `Bearer ${token}x` })).toBe(401);
    expect(await status(path, basic("reporting"))).toBe(401);
  });

  test("a token is of no use where there is none", async () => {
    const { path } = await arranged();
    expect(await status(path, { authorization: "Bearer x" })).toBe(401);
    expect(await status(path, { authorization: "Bearer " })).toBe(401);
  });

  test("what does not exist looks like what others have", async () => {
    await arranged();
    expect(await status("/events/reporter/nothing/live", basic("billing"))).toBe(403);
    expect(await status("/events/nobody/n1/live", basic("reporting"))).toBe(403);
    expect(await status("/events/reporter/n1/live", { authorization: "Bearer x" })).toBe(401);
    expect(await status("/events/reporter/nothing/live", { authorization: "Bearer x" })).toBe(401);
  });

  test("whoever tries many passwords has to wait", async () => {
    const { path } = await arranged();
    const other = await stage.serve();
    const answers = [];
    for (let at = 0; at < 12; at++) {
      const headers = basic("billing", `wrong ${at}`);
      const response = await fetch(other.url(path), { headers });
      await response.body?.cancel();
      answers.push(response.status);
    }
    expect(answers).toEqual([...Array(10).fill(401), 429, 429]);
    const right = await fetch(other.url(path), { headers: basic("reporting") });
    expect(right.status).toBe(200);
    await right.body?.cancel();
  });

  test("a password is asked of the database once for many connections", async () => {
    const { path } = await arranged();
    const other = await stage.serve();
    const logins = async () => {
      const { rows } = await stage.relay.database.owner.query(
        "SELECT sessions::int AS n FROM pg_stat_database WHERE datname = current_database()",
      );
      return rows[0].n;
    };
    await (await fetch(other.url(path), { headers: basic("reporting") })).body?.cancel();
    await stage.relay.sql("SELECT pg_stat_clear_snapshot()");
    const before = await logins();
    for (let at = 0; at < 10; at++) {
      await (await fetch(other.url(path), { headers: basic("reporting") })).body?.cancel();
    }
    await stage.relay.sql("SELECT pg_stat_clear_snapshot()");
    // The pool of the server may have opened some of its four.
    expect((await logins()) - before).toBeLessThanOrEqual(4);
  });

  test("no page of another origin", async () => {
    const { path } = await arranged();
    const headers = { ...basic("reporting"), origin: "https://evil.example" };
    expect(await status(path, headers)).toBe(403);
    const same = { ...basic("reporting"), origin: new URL(host.url("/")).origin };
    const response = await fetch(host.url(path), { headers: same });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  test("only GET, and only paths of channels", async () => {
    const { path } = await arranged();
    const post = await fetch(host.url(path), { method: "POST", headers: basic("reporting") });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET"]);
    expect(await status("/events/reporter", basic("reporting"))).toBe(404);
    expect(await status("/events/a/b/%ff", basic("reporting"))).toBe(404);
  });

  test("no more at once than the limit", async () => {
    const { path } = await arranged();
    const small = await stage.serve({ perChannel: 1 });
    const first = await EventSourceClient.open(small.url(path), basic("reporting"));
    const second = await fetch(small.url(path), { headers: basic("reporting") });
    expect(second.status).toBe(503);
    expect(await second.json()).toMatchObject({ code: "IDB4165" });
    first.close();
    await eventually(async () => {
      const third = await fetch(small.url(path), { headers: basic("reporting") });
      await third.body?.cancel();
      return third.status === 200;
    });
  });
});

describe("WebSocket", () => {
  function open(url: string, headers = basic("reporting")) {
    const socket = new WebSocket(url, { headers });
    const messages: string[] = [];
    socket.on("message", (data) => messages.push(String(data)));
    socket.on("error", () => undefined);
    return { socket, messages };
  }

  test("each event is a message, from the cursor on and then as it comes", async () => {
    const { append, path } = await arranged();
    const events = changeEvents(4);
    await append(...events.slice(0, 3));
    const url = host.url(`${path}?cursor=${encodeURIComponent(events[0]?.id ?? "")}`, "ws");
    const { socket, messages } = open(url);
    await eventually(() => messages.length === 2);
    await append(...events.slice(3));
    await eventually(() => messages.length === 3);
    expect(messages).toEqual(events.slice(1).map(structured));
    socket.close();
  });

  test("who may not is refused before there is a WebSocket", async () => {
    const { path } = await arranged();
    const refused = async (headers: Record<string, string>, query = "") => {
      const { socket } = open(host.url(path + query, "ws"), headers as ReturnType<typeof basic>);
      const [, response] = await once(socket, "unexpected-response");
      response.resume();
      return response.statusCode;
    };
    expect(await refused(basic("reporting", "wrong"))).toBe(401);
    expect(await refused(basic("billing"))).toBe(403);
    expect(await refused({ ...basic("reporting"), origin: "https://evil.example" })).toBe(403);
    expect(await refused(basic("reporting"), "?cursor=x")).toBe(400);
  });

  test("a receiver that gives no sign of life is cut off", async () => {
    const { path } = await arranged();
    const quick = await stage.serve({ heartbeat: 50 });
    const dead = new WebSocket(quick.url(path, "ws"), {
      headers: basic("reporting"),
      autoPong: false,
    });
    const [code] = await once(dead, "close");
    expect(code).toBe(1006);
    const alive = open(quick.url(path, "ws"));
    await once(alive.socket, "open");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
    alive.socket.close();
  });

  test("what a receiver sends is not looked at, and may not be long", async () => {
    const { path, append } = await arranged();
    const { socket, messages } = open(host.url(path, "ws"));
    await once(socket, "open");
    socket.send("hello");
    await append(changeEvent({ lsn: 1n }));
    await eventually(() => messages.length === 1);
    socket.send("x".repeat(2000));
    const [code] = await once(socket, "close");
    expect(code).toBe(1009);
  });

  test("a stop of the relay tells receivers to go elsewhere", async () => {
    const { path } = await arranged();
    const other = await stage.serve();
    const { socket } = open(other.url(path, "ws"));
    await once(socket, "open");
    const events = await EventSourceClient.open(other.url(path), basic("reporting"));
    other.sockets.close();
    const [code] = await once(socket, "close");
    expect(code).toBe(1001);
    await eventually(() => events.isOver);
    const late = await fetch(other.url(path), { headers: basic("reporting") });
    expect(late.status).toBe(503);
  });

  test("after its lifetime a receiver has to show its credentials again", async () => {
    const { path } = await arranged();
    const brief = await stage.serve({ lifetime: 100 });
    const { socket } = open(brief.url(path, "ws"));
    const [code] = await once(socket, "close");
    expect(code).toBe(4401);
  });
});

describe.each(["SSE", "WebSocket"])("a slow receiver of %s", (protocol) => {
  test("is sent no more than it takes, and is ended in the end", async () => {
    const { path, append } = await arranged();
    const filler = "x".repeat(1_000_000);
    await append(
      ...Array.from({ length: 60 }, (_, at) =>
        changeEvent({ lsn: BigInt(at + 1), row: { filler } }),
      ),
    );
    const patient = await stage.serve({ patience: 1_500 });
    const { port, hostname } = new URL(patient.url("/"));
    const socket = connect(Number(port), hostname);
    socket.on("error", () => undefined);
    const upgrade =
      protocol === "SSE"
        ? ""
        : "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    socket.write(
      `GET ${path}?cursor=oldest HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: ${basic("reporting")["authorization"]}\r\n${upgrade}\r\n`,
    );
    await once(socket, "readable");
    const before = process.memoryUsage().rss;
    await new Promise((resolve) => setTimeout(resolve, 700));
    // 60 MB wait in the table; a page of 4 MB, and its copies on the way out, are in memory.
    expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000);
    let received = 0;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    socket.on("data", (chunk) => {
      received += chunk.length;
    });
    await once(socket, "close");
    expect(received).toBeLessThan(20_000_000);
  });
});
