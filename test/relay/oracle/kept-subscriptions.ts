import { audited } from "./registry-changes.ts";
import { columns, tables } from "./shop.ts";
import { allEvents, type Route, type Subscription, type Where } from "./subscription.ts";

/** Those that are there from the first change to the last. */
export function keptSubscriptions(configOf: (name: string) => object): Subscription[] {
  return [
    // Everything, in the order of commits.
    {
      name: "all",
      stakeholder: "store",
      routes: tables.map(({ name }) =>
        route("all", name, undefined, name === "stock" ? { status: { ne: "lost" } } : undefined),
      ),
      config: configOf("all"),
    },
    {
      name: "audit",
      stakeholder: "auditor",
      routes: tables
        .filter(({ name }) => name !== "stock")
        .map(({ name }) => route("audit", name, audited)),
      config: configOf("audit"),
    },
    {
      name: "picked",
      stakeholder: "store",
      routes: [
        route("picked", "people", undefined, { status: { in: ["open", "paid"] } }),
        route("picked", "stock", undefined, [{ qty: { gte: 2 } }, { amount: { lt: 20 } }]),
        route("picked", "parts", undefined, { region: "eu" }),
        route("picked", "orders", undefined, { id: { lte: 15 } }),
      ],
      config: configOf("picked"),
    },
    {
      name: "stream",
      stakeholder: "store",
      routes: ["orders", "people", "visits"].map((name) =>
        route(
          "stream",
          name,
          columns.filter((column) => column !== "secret"),
        ),
      ),
      config: configOf("stream"),
    },
  ];
}

function route(
  channel: string,
  table: string,
  fields: readonly string[] | undefined,
  where?: Where,
): Route {
  const events = table === "visits" ? (["INSERT", "TRUNCATE"] as const) : allEvents;
  return { channel, table, events, fields, where };
}
