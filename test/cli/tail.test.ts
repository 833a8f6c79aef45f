import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { integratedb } from "./command-line.ts";

/** What stands in for a relay: each request is answered by the next of these. */
let answers: {
  status?: number;
  type?: string;
  chunks?: readonly (string | Buffer)[];
  ends?: boolean;
}[];
let requests: IncomingMessage[];
let server: Server;
let relay: string;

beforeEach(async () => {
  answers = [];
  requests = [];
  server = createServer((request, response) => {
    requests.push(request);
    const answer = answers.shift() ?? { status: 500 };
    const { status = 200, type = "text/event-stream", chunks = [], ends = true } = answer;
    response.writeHead(status, { "content-type": type });
    for (const chunk of chunks) response.write(chunk);
    if (ends) response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  relay = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const login = { DATABASE_URL: "postgresql://reporter_a:p%3Ass@db/shop" };

function event(id: string, status: string): string {
  const data = {
    id,
    type: "integratedb.row.updated",
    subject: "public.orders/1",
    time: "2026-01-02T03:04:05.678901Z",
    data: { new: { id: 1, status }, changed: ["status"] },
  };
  return `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

function follow(...options: string[]) {
  return integratedb(["tail", "Reporter", "orders", "a/b", "--relay", relay, ...options], login);
}

test("tail prints an event a line, as the stakeholder gets it", async () => {
  answers.push({
    chunks: [": hello\n\n", event("0/10:0", "ö"), event("0/10:1", "x")],
    ends: false,
  });
  const { exit, stdout } = await follow("--count", "2");
  expect(exit).toBe(0);
  const line = (status: string) =>
    `2026-01-02T03:04:05.678901Z  updated  public.orders/1  {"id":1,"status":"${status}"}\n`;
  expect(stdout).toBe(line("ö") + line("x"));
  expect(requests[0]?.url).toBe("/events/reporter/orders/a%2Fb");
  const basic = Buffer.from("reporter_a:p:ss").toString("base64");
  expect(requests[0]?.headers).toMatchObject({
    accept: "text/event-stream",
    authorization: `Basic ${basic}`,
  });
});

test("tail --json prints the events themselves, however the network has cut them", async () => {
  const bytes = Buffer.from(event("0/10:0", "ö").replaceAll("\n", "\r\n"));
  answers.push({ chunks: [...bytes].map((byte) => Buffer.of(byte)) });
  const { stdout } = await follow("--count", "1", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ data: { new: { status: "ö" } } });
});

test("tail goes on after the last event when the relay goes away and comes back", async () => {
  answers.push({ chunks: [event("0/10:0", "a")] }, { status: 503 });
  answers.push({ chunks: [event("0/10:1", "b")], ends: false });
  const { exit, stdout, stderr } = await follow("--after", "0/8:0", "--count", "2");
  expect(exit).toBe(0);
  expect(stdout.split("\n")).toHaveLength(3);
  expect(stderr).toContain("connecting again");
  const cursors = requests.map(({ headers }) => headers["last-event-id"]);
  expect(cursors).toEqual(["0/8:0", "0/10:0", "0/10:0"]);
});

test("tail goes on from where it was let in, also if nothing had come", async () => {
  answers.push({ chunks: ["retry: 1000\nid: 0/9:0\n\n", ": stopping\n\n"] });
  answers.push({ chunks: [event("0/10:0", "a")], ends: false });
  expect((await follow("--count", "1")).exit).toBe(0);
  expect(requests.map(({ headers }) => headers["last-event-id"])).toEqual([undefined, "0/9:0"]);
});

test("tail ends, and says what is still kept, when it cannot go on after the last event", async () => {
  const gone = { code: "IDB4163", problem: "events are no longer kept", oldest: "0/20:0" };
  answers.push({ chunks: [event("0/10:0", "a")] });
  answers.push({ status: 410, type: "application/json", chunks: [JSON.stringify(gone)] });
  const { exit, stderr } = await follow();
  expect(exit).toBe(6);
  expect(stderr).toContain("IDB1313");
  expect(stderr).toContain("events are no longer kept; the oldest that is kept is 0/20:0");
});

test("tail uses a token in place of the database's credentials", async () => {
  answers.push({ chunks: [event("0/10:0", "a")] });
  const env = { ...login, INTEGRATEDB_TOKEN: "t0ken", INTEGRATEDB_RELAY_URL: `${relay}/base` };
  const result = await integratedb(["tail", "reporter", "orders", "live", "--count", "1"], env);
  expect(result.exit).toBe(0);
  expect(requests[0]?.headers.authorization).toBe("Bearer t0ken");
  expect(requests[0]?.url).toBe("/base/events/reporter/orders/live");
});

test.each([
  [401, "IDB1311"],
  [403, "IDB1312"],
  [400, "IDB1313"],
  [404, "IDB1310"],
  [502, "IDB1310"],
  [302, "IDB1310"],
])(
  "tail says what a relay means that answers %i, with exit 6 and no password",
  async (status, code) => {
    answers.push({ status });
    const { exit, stderr } = await follow();
    expect(exit).toBe(6);
    expect(stderr).toContain(code);
    expect(stderr).not.toContain("p:ss");
  },
);

test("tail says that nothing answers, and what is missing on its command line", async () => {
  const argv = ["tail", "reporter", "orders", "live"];
  const nobody = await integratedb([...argv, "--relay", "http://127.0.0.1:1"], login);
  expect(nobody.exit).toBe(6);
  expect(nobody.stderr).toContain("IDB1310");
  for (const [options, env] of [
    [[], login],
    [["--relay", "relay:8080"], login],
    [["--relay", relay], {}],
    [["--relay", relay], { DATABASE_URL: "postgresql://reporter_a@db/shop" }],
  ] as const) {
    const { exit, stderr } = await integratedb([...argv, ...options], env);
    expect(exit).toBe(2);
    expect(stderr).toContain("IDB1309");
  }
});
