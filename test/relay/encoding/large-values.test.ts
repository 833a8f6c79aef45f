import { expect, test } from "vitest";
import { Envelope } from "../../../relay/encoding/envelope.ts";
import { RowEncoder } from "../../../relay/encoding/row-encoder.ts";
import { relationOf, tupleOf } from "../routing/tuple.ts";

const transaction = { commitLsn: 1n, committedAt: 0, xid: 1 };
const relation = relationOf({ id: 20, body: 25, note: 25 });
const encoder = new RowEncoder(relation, ["id", "body", "note"], {
  envelope: new Envelope({ source: "/integratedb/shop", keySecret: Buffer.alloc(32) }),
  types: { get: () => undefined },
});

test("a row of 50 MB arrives whole", () => {
  const body = "é".repeat(25_000_000);
  const { data } = encoder.inserted(transaction, 0, tupleOf(["1", body, "short"]));
  expect(JSON.parse(data).new.body.length).toBe(25_000_000);
});

test("a value that no event can hold is named, and the rest arrives", () => {
  const body = "x".repeat(200 * 1024 * 1024);
  const { data } = encoder.inserted(transaction, 0, tupleOf(["1", body, "short"]));
  expect(JSON.parse(data)).toMatchObject({ new: { id: "1", note: "short" }, tooLarge: ["body"] });
  expect(JSON.parse(data).new).not.toHaveProperty("body");
  const next = encoder.inserted(transaction, 1, tupleOf(["2", "y", null]));
  expect(JSON.parse(next.data)).not.toHaveProperty("tooLarge");
});
