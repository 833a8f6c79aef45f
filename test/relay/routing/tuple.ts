import type { Relation, Tuple } from "../../../relay/stream/change-handler.ts";

/** A row as the stream has it; null for NULL, undefined for a value that was not sent. */
export function tupleOf(values: readonly (string | null | undefined)[]): Tuple {
  const parts = values.map((value) => Buffer.from(value ?? ""));
  const starts: number[] = [];
  let at = 0;
  for (const part of parts) {
    starts.push(at);
    at += part.length;
  }
  return {
    bytes: Buffer.concat(parts),
    starts: Int32Array.from(starts),
    lengths: Int32Array.from(values, (value, index) =>
      value === null ? -1 : value === undefined ? -2 : (parts[index]?.length ?? 0),
    ),
    count: values.length,
    size: at,
  };
}

/** A table `public.orders` whose first column is its key; columns as name and type's OID. */
export function relationOf(columns: Readonly<Record<string, number>>): Relation {
  return {
    id: 16_384,
    schema: "public",
    name: "orders",
    replicaIdentity: "d",
    columns: Object.entries(columns).map(([name, typeId], index) => ({
      name,
      typeId,
      typeModifier: -1,
      isKey: index === 0,
    })),
  };
}
