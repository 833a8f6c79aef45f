import { describe, expect, test } from "vitest";
import { parse, parseEvent, readBody, rowEventOf } from "../../events/index.ts";
import { structuredEvent } from "./messages.ts";

const structuredType = "application/cloudevents+json; charset=utf-8";
const batchType = "application/cloudevents-batch+json";
const thrown = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return String(error);
  }
  return "nothing";
};

describe("the forms of CloudEvents", () => {
  test("structured", () => {
    expect(parse(JSON.stringify(structuredEvent()), structuredType)).toEqual([structuredEvent()]);
  });

  test("batch, in order", () => {
    const events = [structuredEvent(), structuredEvent({ id: "0/16B3748:1" })];
    expect(parse(Buffer.from(JSON.stringify(events)), { "Content-Type": batchType })).toEqual(
      events,
    );
    expect(parse("[]", batchType)).toEqual([]);
  });

  test("binary, with headers that are percent-encoded", () => {
    const { data, ...attributes } = structuredEvent({ subject: "public.orders/żółw %" });
    const headers = new Headers(
      Object.entries(attributes).map(([name, value]): [string, string] =>
        name === "datacontenttype"
          ? ["content-type", String(value)]
          : [`ce-${name}`, encodeURIComponent(String(value))],
      ),
    );
    expect(parse(JSON.stringify(data), headers)).toEqual([{ ...attributes, data }]);
  });

  test("without HTTP", () => {
    expect(parseEvent(JSON.stringify(structuredEvent()))).toEqual(structuredEvent());
  });

  test.each(["text/plain", "application/json", ""])("none that is %j", (type) => {
    expect(thrown(() => parse("{}", type))).toContain("IDB4206");
  });
});

test("every kind of event is told by its type", () => {
  const { new: row, ...rest } = structuredEvent()["data"] as Record<string, unknown>;
  const kinds: [string, Record<string, unknown>][] = [
    ["integratedb.row.updated", { ...rest, new: row, changed: ["status"], unchanged: ["body"] }],
    ["integratedb.row.deleted", { ...rest, old: { id: "1042" } }],
    ["integratedb.table.truncated", rest],
    ["integratedb.gap", { ...rest, gap: { afterLsn: "0/1", untilLsn: "0/2", reason: "lost" } }],
  ];
  for (const [type, data] of kinds) {
    const event = { ...structuredEvent({ type }), data };
    expect(parse(JSON.stringify(event), structuredType)).toEqual([event]);
  }
});

test("a row of a table has the types that the receiver gives it", () => {
  interface Order {
    readonly id: string;
    readonly status: string;
  }
  const [event] = parse(JSON.stringify(structuredEvent()), structuredType);
  if (event === undefined) throw new Error("no event");
  const change = rowEventOf<Order>(event, "public.orders");
  if (change?.type !== "integratedb.row.inserted") throw new Error("not inserted");
  const status: string = change.data.new.status;
  expect(status).toBe("open");
  expect(rowEventOf(event, "public.customers")).toBeUndefined();
});

describe("hostile bodies are refused with a code", () => {
  const event = JSON.stringify(structuredEvent());
  test.each([
    ["what is not JSON", "{", "IDB4207"],
    ["nothing", "", "IDB4207"],
    ["a part of one", event.slice(0, -1), "IDB4207"],
    ["more than one", event + event, "IDB4207"],
    ["no object", "null", "IDB4208"],
    ["an array", "[]", "IDB4208"],
    ["no event", "{}", "IDB4208"],
    ["another type", event.replace("row.inserted", "row.exploded"), "IDB4208"],
    ["another version", event.replace('"1.0"', '"0.3"'), "IDB4208"],
    ["no data", JSON.stringify({ ...structuredEvent(), data: undefined }), "IDB4208"],
    ["a row that is an array", event.replace(/"new":\{[^}]*\}/, '"new":[]'), "IDB4208"],
    ["an id twice", event.replace('"id"', '"id":"other","id"'), "IDB4207"],
    ["an id twice, one in disguise", event.replace('"id"', '"\\u0069d":"other","id"'), "IDB4207"],
    ["a column twice", event.replace('"status"', '"status":"paid", "status" '), "IDB4207"],
    ["deep nesting", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, "IDB4207"],
    ["a string that does not end", `{"id":"${"\\\\".repeat(100_000)}`, "IDB4207"],
  ])("%s", (_, body, code) => {
    expect(thrown(() => parse(body, structuredType))).toContain(code);
  });

  test("what is not UTF-8", () => {
    const body = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(thrown(() => parse(body, structuredType))).toContain("IDB4207");
  });

  test("a message says nothing of the body", () => {
    const body = JSON.stringify(structuredEvent({ type: "hush" }, { new: { id: "hush" } }));
    expect(thrown(() => parse(body, structuredType))).not.toContain("hush");
  });
});

test("a column may have any name, and changes no other object", () => {
  const body = JSON.stringify(structuredEvent()).replace(
    '"status":"open"',
    '"__proto__":{"admin":true},"constructor":1,"toString":null',
  );
  const [event] = parse(body, structuredType);
  if (event?.type !== "integratedb.row.inserted") throw new Error("not inserted");
  expect(Object.keys(event.data.new)).toEqual(["id", "__proto__", "constructor", "toString"]);
  expect(({} as Record<string, unknown>)["admin"]).toBeUndefined();
});

test("a column of JSON may name a property twice and be nested, as Postgres stores it", () => {
  const nested = `${"[".repeat(900)}${"]".repeat(900)}`;
  const body = JSON.stringify(structuredEvent()).replace(
    '"status":"open"',
    `"doc":{"a":1,"a":2},"nested":${nested}`,
  );
  const [event] = parse(`[${body}]`, batchType);
  if (event?.type !== "integratedb.row.inserted") throw new Error("not inserted");
  expect(event.data.new["doc"]).toEqual({ a: 2 });
});

describe("a body is read up to the limit", () => {
  test("what is within it comes whole", async () => {
    const request = new Request("http://localhost", { method: "POST", body: "żółw" });
    expect((await readBody(request.body)).toString()).toBe("żółw");
    expect((await readBody(null)).length).toBe(0);
  });

  test("of a gigabyte only the start is read", async () => {
    let sent = 0;
    async function* gigabyte() {
      for (; sent < 1024; sent++) yield Buffer.alloc(1024 * 1024);
    }
    await expect(readBody(gigabyte(), 3 * 1024 * 1024)).rejects.toThrow("IDB4201");
    expect(sent).toBeLessThan(5);
  });
});
