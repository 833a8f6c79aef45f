import type { Relation, RelationColumn } from "./change-handler.ts";
import { readInt32 } from "./row-tuple.ts";

/**
 * Reads a Relation message, from behind its type and, in a streamed transaction, its xid.
 *
 * https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html (Relation)
 */
export function readRelation(bytes: Buffer, at: number): Relation {
  const id = readInt32(bytes, at) >>> 0;
  const schemaEnd = bytes.indexOf(0, at + 4);
  const nameEnd = bytes.indexOf(0, schemaEnd + 1);
  const columnCount = bytes.readInt16BE(nameEnd + 2);
  const columns: RelationColumn[] = [];
  let next = nameEnd + 4;
  for (let column = 0; column < columnCount; column++) {
    const end = bytes.indexOf(0, next + 1);
    columns.push({
      name: bytes.toString("utf8", next + 1, end),
      typeId: readInt32(bytes, end + 1) >>> 0,
      typeModifier: readInt32(bytes, end + 5),
      isKey: ((bytes[next] as number) & 1) === 1,
    });
    next = end + 9;
  }
  return {
    id,
    // An empty name stands for pg_catalog.
    schema: bytes.toString("utf8", at + 4, schemaEnd) || "pg_catalog",
    name: bytes.toString("utf8", schemaEnd + 1, nameEnd),
    replicaIdentity: String.fromCharCode(
      bytes[nameEnd + 1] as number,
    ) as Relation["replicaIdentity"],
    columns,
  };
}
