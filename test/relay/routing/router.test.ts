import { expect, test } from "vitest";
import type { ChangeEvent } from "../../../relay/encoding/change-event.ts";
import type { Condition, EventKind, Route } from "../../../relay/registry/route.ts";
import { Router } from "../../../relay/routing/router.ts";
import type { Relation } from "../../../relay/stream/change-handler.ts";
import { relationOf, tupleOf } from "./tuple.ts";

const orders = { ...relationOf({ id: 23, status: 25 }), replicaIdentity: "f" as const };
const paid: Condition = [[{ column: "status", op: "eq", values: ["paid"], compare: "text" }]];
const everything: EventKind[] = ["INSERT", "UPDATE", "DELETE", "TRUNCATE"];

function route(channelId: number, other: Partial<Route> = {}): Route {
  return {
    channelId,
    stakeholder: "reporter",
    notification: "orders",
    channel: `channel-${channelId}`,
    type: "webhook",
    config: {},
    schema: "public",
    table: "orders",
    events: everything,
    columns: ["id", "status"],
    condition: undefined,
    ...other,
  };
}

/** A router that notes, as `channel form index`, what reaches whom. */
function arrange(routes: readonly Route[], later: Record<string, readonly Route[]> = {}) {
  const sent: string[] = [];
  const revisions: bigint[] = [];
  let encoded = 0;
  const router = new Router({
    sinkOf: ({ channelId }) => ({
      accept: (event) => sent.push(`${channelId} ${event.type} ${event.index}`),
    }),
    encodersOf:
      async () =>
      () =>
      (type, { index }) => {
        encoded++;
        return { type, index } as unknown as ChangeEvent;
      },
    load: async (revision) => later[String(revision)] ?? [],
    onRevision: async (revision) => {
      revisions.push(revision);
    },
    largest: 1_000_000,
    pressure: () => undefined,
    onCommit: () => undefined,
  });
  router.start(routes, 1n);
  router.begin({ commitLsn: 1n, committedAt: 0, xid: 1 });
  return { router, sent, revisions, encoded: () => encoded };
}

test("a change reaches each channel whose notification asks for it", async () => {
  const { router, sent } = arrange([
    route(1),
    route(2, { events: ["DELETE"] }),
    route(3, { table: "other" }),
  ]);
  await router.insert(orders, tupleOf(["1", "open"]), 0);
  await router.delete(orders, tupleOf(["1", "open"]), 1);
  expect(sent).toEqual(["1 inserted 0", "1 deleted 1", "2 deleted 1"]);
});

test("an event is made once for all who may read the same columns", async () => {
  const { router, sent, encoded } = arrange([
    route(1, { columns: ["id", "status"] }),
    route(2, { columns: ["status", "id"] }),
    route(3, { columns: ["id"] }),
  ]);
  await router.insert(orders, tupleOf(["1", "open"]), 0);
  expect(sent).toHaveLength(3);
  expect(encoded()).toBe(2);
});

test.each([
  { from: "open", to: "paid", form: "inserted" },
  { from: "paid", to: "paid", form: "updated" },
  { from: "paid", to: "open", form: "deleted" },
  { from: "open", to: "void", form: undefined },
])(
  "a row that goes from $from to $to is $form for who asked for paid ones",
  async ({ from, to, form }) => {
    const { router, sent } = arrange([route(1, { condition: paid })]);
    await router.update(orders, tupleOf(["1", from]), tupleOf(["1", to]), 4);
    expect(sent).toEqual(form === undefined ? [] : [`1 ${form} 4`]);
  },
);

test("who did not ask for inserts gets none when a row enters", async () => {
  const { router, sent } = arrange([route(1, { condition: paid, events: ["UPDATE"] })]);
  await router.update(orders, tupleOf(["1", "open"]), tupleOf(["1", "paid"]), 0);
  expect(sent).toEqual([]);
});

test("who asks for new rows alone is told of no update, whatever others ask for", async () => {
  const { router, sent } = arrange([route(1, { condition: paid, events: ["INSERT"] })]);
  await router.update(orders, tupleOf(["1", "open"]), tupleOf(["1", "paid"]), 0);
  await router.insert(orders, tupleOf(["2", "paid"]), 1);
  expect(sent).toEqual(["1 inserted 1"]);
});

test("a value that did not change and was not sent is judged by the old row", async () => {
  const { router, sent } = arrange([route(1, { condition: paid })]);
  await router.update(orders, tupleOf(["1", "paid"]), tupleOf(["2", undefined]), 0);
  expect(sent).toEqual(["1 updated 0"]);
});

test("each table of one TRUNCATE has an event of its own number", async () => {
  const customers: Relation = { ...orders, id: 7, name: "customers" };
  const { router, sent } = arrange([route(1), route(1, { table: "customers" })]);
  await router.truncate([orders, customers], 3);
  expect(sent).toEqual(["1 truncated 3", "1 truncated 4"]);
});

test("a change of the registry takes effect where it stands in the stream", async () => {
  const routing = {
    ...relationOf({ singleton: 16, revision: 20 }),
    schema: "integratedb",
    name: "routing",
    id: 9,
  };
  const { router, sent, revisions } = arrange([route(1)], { "12": [route(2)] });
  await router.insert(orders, tupleOf(["1", "open"]), 0);
  await router.update(routing, undefined, tupleOf(["t", "12"]), 1);
  await router.insert(orders, tupleOf(["2", "open"]), 2);
  expect(revisions).toEqual([12n]);
  expect(sent).toEqual(["1 inserted 0", "2 inserted 2"]);
});

test("a table that is described anew is looked at anew", async () => {
  const { router, sent } = arrange([route(1, { condition: paid })]);
  await router.insert(orders, tupleOf(["1", "paid"]), 0);
  const [id, status] = orders.columns;
  const swapped = { ...orders, columns: [status, id].filter((each) => each !== undefined) };
  await router.insert(swapped, tupleOf(["paid", "2"]), 1);
  expect(sent).toEqual(["1 inserted 0", "1 inserted 1"]);
});

test("a transaction that was durable before the start is passed over", async () => {
  const { router, sent } = arrange([route(1)]);
  router.begin({ commitLsn: 0n, committedAt: 0, xid: 1 });
  await router.insert(orders, tupleOf(["1", "open"]), 0);
  router.begin({ commitLsn: 1n, committedAt: 0, xid: 2 });
  await router.insert(orders, tupleOf(["2", "open"]), 0);
  expect(sent).toEqual(["1 inserted 0"]);
});

test("a condition that fails for a row is told to its own channel, and no other's", async () => {
  const instant: Condition = [
    [{ column: "status", op: "gt", values: ["2026-01-01"], compare: "instant" }],
  ];
  const { router, sent } = arrange([
    route(1, { condition: instant }),
    route(2, { condition: paid }),
    route(3),
  ]);
  await router.insert(orders, tupleOf(["1", "paid"]), 0);
  await router.update(orders, tupleOf(["1", "paid"]), tupleOf(["1", "2026-02-01"]), 1);
  expect(sent).toEqual([
    "3 inserted 0",
    "1 unjudged 0",
    "2 inserted 0",
    "3 updated 1",
    "2 deleted 1",
    "1 unjudged 1",
  ]);
});
