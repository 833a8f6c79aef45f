import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseEvent } from "../../../events/index.ts";
import { structured } from "../../../relay/encoding/change-event.ts";
import { Envelope } from "../../../relay/encoding/envelope.ts";
import { sourceOf, tableSubject } from "../../../relay/encoding/subject.ts";
import { type Postgres, postgresVersions, startPostgres } from "../../postgres.ts";
import { Decoded } from "./decoded.ts";

describe.each(postgresVersions())("events of Postgres %i", (version) => {
  let server: Postgres;
  let database: Decoded;
  const run = (sql: string) => database.client.query(sql);

  beforeAll(async () => {
    server = await startPostgres(version);
    database = await Decoded.start(server);
  });

  afterAll(async () => {
    await database?.stop();
    await server?.stop();
  });

  test("an insert is a CloudEvent with the row in it", async () => {
    await run("create table orders (id bigint primary key, status text, note text)");
    const { rows } = await run(
      "insert into orders values (1042, 'open', null) returning pg_current_xact_id()::text as xid",
    );
    const [event] = await database.events();
    const attributes = JSON.parse(event?.attributes ?? "");
    expect(attributes).toEqual({
      specversion: "1.0",
      id: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+:0$/),
      source: "/integratedb/shop",
      type: "integratedb.row.inserted",
      subject: "public.orders/1042",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      datacontenttype: "application/json",
      dataschema: "urn:integratedb:event:1#data",
      partitionkey: expect.stringMatching(/^[\w-]{11}$/),
      sequence: expect.stringMatching(/^[0-9A-F]{16}:0000000000$/),
    });
    expect(JSON.parse(event?.data ?? "")).toEqual({
      table: { schema: "public", name: "orders" },
      new: { id: "1042", status: "open", note: null },
      commitLsn: attributes.id.slice(0, -2),
      commitTime: attributes.time,
      xid: Number(rows[0]?.xid),
      index: 0,
    });
    expect(event?.id).toBe(attributes.id);
    expect(event?.type).toBe(attributes.type);
    expect(event?.key).toBe(attributes.partitionkey);
    expect(JSON.parse(structured(event as NonNullable<typeof event>))).toEqual({
      ...attributes,
      data: JSON.parse(event?.data ?? ""),
    });
  });

  test("changes of a transaction are numbered, and sort by their sequence", async () => {
    await run("create table numbered (id integer primary key)");
    await run("insert into numbered select generate_series(1, 12)");
    const events = await database.received();
    expect(events.map(({ data }) => data["index"])).toEqual([...Array(12).keys()]);
    const sequences = events.map(({ sequence }) => String(sequence));
    expect(sequences).toEqual([...new Set(sequences)].sort());
  });

  test("an update and a delete tell what the replica identity gives", async () => {
    await run("create table shy (id integer primary key, name text)");
    await run("insert into shy values (1, 'a')");
    await run("update shy set name = 'b'");
    await run("delete from shy");
    const [, updated, deleted] = await database.received();
    expect(updated?.["type"]).toBe("integratedb.row.updated");
    expect(updated?.data.new).toEqual({ id: 1, name: "b" });
    expect(updated?.data).not.toHaveProperty("old");
    expect(updated?.data).not.toHaveProperty("changed");
    expect(deleted?.["type"]).toBe("integratedb.row.deleted");
    expect(deleted?.data.old).toEqual({ id: 1 });
    expect(deleted?.data).not.toHaveProperty("new");
  });

  test("replica identity full tells the old row and the names of what changed", async () => {
    await run("create table told (id integer primary key, name text, size integer, note text)");
    await run("alter table told replica identity full");
    await run("insert into told values (1, 'a', 3, null)");
    await run("update told set size = 4, note = 'now'");
    const [, updated] = await database.received();
    expect(updated?.data.old).toEqual({ id: 1, name: "a", size: 3, note: null });
    expect(updated?.data.new).toEqual({ id: 1, name: "a", size: 4, note: "now" });
    expect(updated?.data.changed).toEqual(["size", "note"]);
  });

  test("a TOASTed value that did not change is named, and never null", async () => {
    await run("create table big (id integer primary key, body text, n integer)");
    await run("alter table big alter body set storage external");
    await run("insert into big values (1, repeat('x', 10000), 1)");
    await run("update big set n = 2");
    const [, updated] = await database.received();
    expect(updated?.data.new).toEqual({ id: 1, n: 2 });
    expect(updated?.data.unchanged).toEqual(["body"]);
  });

  test("a TOASTed value that did not change is there under replica identity full", async () => {
    await run("create table big_full (body text, id integer primary key, n integer)");
    await run("alter table big_full alter body set storage external");
    await run("alter table big_full replica identity full");
    await run("insert into big_full values (repeat('x', 10000), 1, 1)");
    await run("update big_full set n = 2");
    const [, updated] = await database.received();
    expect(updated?.data.new).toEqual({ body: "x".repeat(10000), id: 1, n: 2 });
    expect(updated?.data.changed).toEqual(["n"]);
    expect(updated?.data).not.toHaveProperty("unchanged");
  });

  test("a receiver sees nothing of columns that it may not read", async () => {
    await run("create table secretive (code text primary key, secret text, open text)");
    await run("alter table secretive replica identity full");
    await run("insert into secretive values ('hidden-1', 'hidden-2', 'seen')");
    await run("update secretive set secret = 'hidden-3', code = 'hidden-4'");
    await run("delete from secretive");
    const events = await database.events({ columns: ["open", "no such column"] });
    expect(events.map(structured).join()).not.toContain("hidden");
    const [inserted, updated, deleted] = events.map((event) => JSON.parse(event.data));
    expect(inserted.new).toEqual({ open: "seen" });
    expect(updated.changed).toEqual([]);
    expect(deleted.old).toEqual({ open: "seen" });
    expect(JSON.parse(events[0]?.attributes ?? "").subject).toBe("public.secretive");
  });

  test("all events of a row have one key, and other rows have others", async () => {
    await run("create table keyed (a integer, b text, c text, primary key (a, b))");
    await run("insert into keyed values (1, 'x', 'first')");
    await run("update keyed set c = 'second'");
    await run("delete from keyed");
    await run("insert into keyed values (1, 'y', 'first'), (11, '', 'first')");
    const keys = (await database.events()).map(({ key }) => key);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(new Set(keys).size).toBe(3);
  });

  test("an update that changes the key belongs to the old key and says the new one", async () => {
    await run("create table moving (id integer primary key, n integer)");
    await run("insert into moving values (1, 0)");
    await run("update moving set id = 2");
    await run("update moving set n = 1");
    const [inserted, moved, after] = await database.events();
    expect(moved?.key).toBe(inserted?.key);
    expect(moved?.keyAfter).toBe(after?.key);
    expect(after?.keyAfter).toBeUndefined();
    const data = JSON.parse(moved?.data ?? "");
    expect([data.old, data.new]).toEqual([{ id: 1 }, { id: 2, n: 0 }]);
  });

  test("under replica identity full the primary key is the key", async () => {
    await run("create table whole (id integer primary key, n integer)");
    await run("alter table whole replica identity full");
    await run("insert into whole values (1, 0), (2, 0)");
    await run("update whole set n = 1 where id = 1");
    await run("update whole set id = 3 where id = 1");
    const [one, two, updated, moved] = await database.events();
    expect(updated?.key).toBe(one?.key);
    expect(updated?.keyAfter).toBeUndefined();
    expect(two?.key).not.toBe(one?.key);
    expect(moved?.key).toBe(one?.key);
    expect(moved?.keyAfter).toBeDefined();
  });

  test("rows of a table without a key share the table's", async () => {
    await run("create table keyless (n integer)");
    await run("insert into keyless values (1), (2)");
    await run("truncate keyless");
    const keys = (await database.events()).map(({ key }) => key);
    expect(new Set(keys).size).toBe(1);
  });

  test("a truncate is an event for each table, each with its own id", async () => {
    await run("create table one (id integer primary key)");
    await run("create table two (id integer primary key)");
    await run("begin; truncate one, two; insert into one values (1); commit");
    const events = await database.received();
    expect(events.map(({ type }) => type)).toEqual([
      "integratedb.table.truncated",
      "integratedb.table.truncated",
      "integratedb.row.inserted",
    ]);
    expect(new Set(events.map(({ subject }) => subject))).toEqual(
      new Set(["public.one", "public.two", "public.one/1"]),
    );
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });

  test("names of every kind are JSON and subjects that can be taken apart", async () => {
    await run('create schema "od.d"');
    await run(
      `create table "od.d"."Tab/""le ż" ("a""\\b" text primary key, "__proto__" integer, ":" text)`,
    );
    await run(`insert into "od.d"."Tab/""le ż" values (E'k/1 \\n"ż', 1, ':')`);
    const [event] = await database.received();
    expect(event?.data["table"]).toEqual({ schema: "od.d", name: 'Tab/"le ż' });
    expect(Object.entries(event?.data.new ?? {})).toEqual([
      ['a"\\b', 'k/1 \n"ż'],
      ["__proto__", 1],
      [":", ":"],
    ]);
    const [table, key] = String(event?.["subject"]).split("/");
    expect(table?.split(".").map(decodeURIComponent)).toEqual(["od.d", 'Tab/"le ż']);
    expect(decodeURIComponent(key ?? "")).toBe('k/1 \n"ż');
  });
});

test("keys depend on the secret", async () => {
  const key = (byte: number) =>
    new Envelope({ source: "/x", keySecret: Buffer.alloc(32, byte) }).truncated(
      { commitLsn: 1n, committedAt: 0, xid: 1 },
      0,
      { id: 1, schema: "public", name: "orders", replicaIdentity: "d", columns: [] },
    ).key;
  expect(key(1)).toBe(key(1));
  expect(key(1)).not.toBe(key(2));
});

test("a gap says from where to where events may be missing, and why", () => {
  const envelope = new Envelope({ source: sourceOf("my shop"), keySecret: Buffer.alloc(32) });
  const event = envelope.gap({
    after: 0x100000016n,
    until: 0x2_000000ffn,
    reason: 'the slot "s" was lost',
    noticedAt: 1_753_000_000_123.456,
  });
  expect(parseEvent(structured(event))).toMatchObject({
    id: "2/FF:0",
    source: "/integratedb/my%20shop",
    type: "integratedb.gap",
    subject: "gap",
    time: "2025-07-20T08:26:40.123456Z",
    data: {
      gap: { afterLsn: "1/16", untilLsn: "2/FF", reason: 'the slot "s" was lost' },
      commitLsn: "2/FF",
      commitTime: "2025-07-20T08:26:40.123456Z",
      index: 0,
    },
  });
});

test("a dot in a name is not the dot between schema and table", () => {
  expect(tableSubject({ schema: "a.b", name: "c" })).not.toBe(
    tableSubject({ schema: "a", name: "b.c" }),
  );
});
