/** An event as the relay sends it; `data` replaces what it usually has. */
export function structuredEvent(
  attributes: Record<string, unknown> = {},
  data: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    specversion: "1.0",
    id: "0/16B3748:0",
    sequence: "00000000016B3748:0000000000",
    time: "2026-07-20T10:11:12.123456Z",
    source: "/integratedb/shop",
    type: "integratedb.row.inserted",
    datacontenttype: "application/json",
    dataschema: "urn:integratedb:event:1#data",
    partitionkey: "FxcN5KsRDwQ",
    subject: "public.orders/1042",
    ...attributes,
    data: {
      table: { schema: "public", name: "orders" },
      new: { id: "1042", status: "open" },
      commitLsn: "0/16B3748",
      commitTime: "2026-07-20T10:11:12.123456Z",
      xid: 741,
      index: 0,
      ...data,
    },
  };
}
