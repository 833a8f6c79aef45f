import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseEvent } from "../../events/index.ts";
import { seal } from "../../provider/runtime/seal.ts";
import { openSocket } from "../../relay/channels/socket.ts";
import { signatureHeaders, signingKey } from "../../relay/channels/standard-webhooks-signature.ts";
import { structured } from "../../relay/encoding/change-event.ts";
import { Envelope } from "../../relay/encoding/envelope.ts";
import { jsonForms } from "../../relay/encoding/json-form.ts";
import { RowEncoder } from "../../relay/encoding/row-encoder.ts";
import { runCommand } from "../../scripts/command.ts";
import { freePort } from "../free-port.ts";
import { eventually, SocketStage } from "../relay/channels/socket-stage.ts";
import { changeEvents } from "../relay/delivery/change-events.ts";
import { relationOf, tupleOf } from "../relay/routing/tuple.ts";
import { findProgram } from "../servers/programs.ts";
import { fenced, tableBelow, typeRows } from "./receivers-page.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const page = await readFile(join(repository, "docs/receivers.md"), "utf8");
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  await mkdir(join(repository, ".cache"), { recursive: true });
  folder = await mkdtemp(join(repository, ".cache", "receivers-page-"));
});

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

/** The event of the page, as the relay encodes it. */
function exampleEvent() {
  const columns = { id: 20, status: 25, total: 1700, paid_at: 1184, tags: 1009 };
  const relation = { ...relationOf(columns), replicaIdentity: "f" as const };
  const types = {
    get: (typeId: number) =>
      typeId === 1009 ? ({ kind: "array", element: 25, delimiter: "," } as const) : undefined,
  };
  const encoder = new RowEncoder(
    { ...relation, columns: relation.columns.map((column) => ({ ...column, isKey: true })) },
    Object.keys(columns),
    {
      envelope: new Envelope({ source: "/integratedb/shop", keySecret: Buffer.alloc(32) }),
      types,
      primaryKey: ["id"],
    },
  );
  const committedAt = Date.parse("2026-07-20T10:11:12.123Z") + 0.456;
  return encoder.updated(
    { commitLsn: 0x16b3748n, committedAt, xid: 741 },
    3,
    tupleOf(["1042", "paid", "12.50", "2026-07-20 10:11:12.120001+00", "{gift,NULL}"]),
    tupleOf(["1042", "open", "12.50", null, "{gift,NULL}"]),
  );
}

/** Runs a program of the page, and collects what it prints. */
function start(file: string, args: readonly string[], env: Record<string, string>) {
  const child = spawn(file, args, { env: { PATH: process.env["PATH"], ...env }, stdio: "pipe" });
  children.push(child);
  const printed = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      printed.text += chunk;
    });
  }
  return printed;
}

/** A program of the page as a file that finds the package in this repository. */
async function program(name: string): Promise<string> {
  const file = join(folder, name);
  const text = fenced(page, name);
  await writeFile(file, text.replace('"@integratedb/events"', '"../../events/index.ts"'));
  return file;
}

describe("the page for receivers", () => {
  test("its event is what the relay makes", () => {
    const event = JSON.parse(structured(exampleEvent()));
    expect(JSON.parse(fenced(page, "event"))).toEqual(event);
    expect(() => parseEvent(fenced(page, "event"))).not.toThrow();
  });

  test("its table of types is the one that the relay encodes by", () => {
    expect(tableBelow(page, "## Values")).toEqual(typeRows());
  });

  test("the values in the table are JSON", () => {
    const examples = jsonForms.flatMap((form) => form.examples);
    expect(() => examples.map((example) => JSON.parse(example))).not.toThrow();
  });

  test("its programs in TypeScript are without errors of types", async () => {
    const files = await Promise.all(["receiver.ts", "socket.ts"].map(program));
    const config = join(folder, "tsconfig.json");
    await writeFile(config, JSON.stringify({ extends: "../../tsconfig.json", files, include: [] }));
    const { output } = await runCommand(process.execPath, [
      join(repository, "node_modules/typescript/bin/tsc"),
      "-p",
      config,
    ]);
    expect(output).toBe("");
  });
});

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const otherSecret = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;

async function post(port: number, body: string, signedWith: string): Promise<number> {
  const key = signingKey(signedWith) ?? Buffer.alloc(0);
  const headers = {
    "content-type": "application/cloudevents+json; charset=utf-8",
    ...signatureHeaders([key], "0/16B3748:3", Math.floor(Date.now() / 1000), body),
  };
  const url = `http://127.0.0.1:${port}/`;
  const response = await fetch(url, { method: "POST", headers, body });
  await response.body?.cancel();
  return response.status;
}

async function answered(port: number): Promise<void> {
  await eventually(() =>
    fetch(`http://127.0.0.1:${port}/`).then(
      async (response) => {
        await response.body?.cancel();
        return true;
      },
      () => false,
    ),
  );
}

test("the receiver in TypeScript takes what the relay signs, once, and nothing else", async () => {
  const port = await freePort();
  const env = { PORT: String(port), SIGNING_SECRETS: `${otherSecret} ${secret}` };
  const printed = start(process.execPath, [await program("receiver.ts")], env);
  await answered(port);
  const body = structured(exampleEvent());
  expect(await post(port, body, secret)).toBe(204);
  expect(await post(port, body, otherSecret)).toBe(204);
  expect(await post(port, body, `whsec_${Buffer.alloc(32).toString("base64")}`)).toBe(500);
  expect(await post(port, "{}", secret)).toBe(400);
  expect(printed.text.match(/order 1042 is paid/g)).toHaveLength(1);
});

test("the receiver in Python takes what the relay signs, and nothing else", async (context) => {
  const python = await findProgram("python3");
  if (python === undefined) return context.skip("python3 cannot be had here: install Python 3.9");
  const port = await freePort();
  const file = join(folder, "receiver.py");
  await writeFile(file, fenced(page, "receiver.py"));
  const env = { PORT: String(port), SIGNING_SECRETS: `${otherSecret} ${secret}` };
  const printed = start(python, [file], env);
  await answered(port);
  const body = structured(exampleEvent());
  expect(await post(port, body, secret)).toBe(204);
  expect(await post(port, `[${body}]`, secret)).toBe(204);
  expect(await post(port, body, `whsec_${Buffer.alloc(32).toString("base64")}`)).toBe(401);
  await eventually(() => printed.text.match(/order 1042 is paid/g)?.length === 2);
});

test("the client of a socket gets what is kept, and then what comes, also after a cut", async () => {
  const stage = await SocketStage.start();
  try {
    const token = "a-token-of-the-receiver";
    const { rows } = await stage.relay.database.owner.query(
      "SELECT integratedb.relay_key() AS key",
    );
    const channelId = await stage.channel("page", { token: { sealed: seal(token, rows[0].key) } });
    const host = await stage.serve();
    const { pool, wakeups } = host;
    const channel = openSocket({ retention_hours: 24 }, { channelId, pool, wakeups });
    const events = changeEvents(4).map((event, at) => ({
      ...event,
      index: at,
      json: exampleEvent().json.replace("0/16B3748:3", `0/${at + 1}:${at}`),
    }));
    await channel.deliver(events.slice(0, 2), new AbortController().signal);
    const env = { EVENTS_URL: host.url("/events/reporter/page/live"), EVENTS_TOKEN: token };
    const printed = start(process.execPath, [await program("socket.ts")], env);
    const lines = () => printed.text.match(/^\S+ integratedb\.row\.updated$/gm) ?? [];
    await eventually(() => lines().length === 2);
    host.cut();
    await channel.deliver(events.slice(2), new AbortController().signal);
    await eventually(() => lines().length === 4);
    expect(lines().map((line) => line.split(" ")[0])).toEqual(["0/1:0", "0/2:1", "0/3:2", "0/4:3"]);
    await channel.close();
  } finally {
    await stage.stop();
  }
});
