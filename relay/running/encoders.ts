import type { Envelope } from "../encoding/envelope.ts";
import { RowEncoder } from "../encoding/row-encoder.ts";
import type { Catalog } from "../registry/catalog.ts";
import type { Encode, RoutedChange } from "../routing/shared-events.ts";
import type { EncoderOf } from "../routing/table-plan.ts";
import type { Relation } from "../stream/change-handler.ts";

/** What makes events of a table's changes, once the database has said what the stream leaves out. */
export async function encodersOf(
  relation: Relation,
  envelope: Envelope,
  catalog: Catalog,
): Promise<EncoderOf> {
  const primaryKey = await catalog.describe(relation);
  return (columns) => {
    const encoder = new RowEncoder(relation, columns, { envelope, types: catalog, primaryKey });
    return encodeWith(encoder, envelope, relation);
  };
}

function encodeWith(encoder: RowEncoder, envelope: Envelope, relation: Relation): Encode {
  return (form, { transaction, index, old, row }) => {
    switch (form) {
      case "inserted":
        return encoder.inserted(transaction, index, present(row), old);
      case "updated":
        return encoder.updated(transaction, index, present(row), old);
      case "deleted":
        // A row that leaves what a condition selects is told of by what it was.
        return encoder.deleted(transaction, index, present(old ?? row));
      case "truncated":
        return envelope.truncated(transaction, index, relation);
    }
  };
}

function present(tuple: RoutedChange["row"]): NonNullable<RoutedChange["row"]> {
  if (tuple === undefined) throw new Error("the change has no such row");
  return tuple;
}
