import type { ChangeEvent } from "../encoding/change-event.ts";
import type { Envelope } from "../encoding/envelope.ts";
import { RowEncoder } from "../encoding/row-encoder.ts";
import { Unencodable } from "../encoding/unencodable.ts";
import type { Catalog } from "../registry/catalog.ts";
import type { Encode, EventForm, RoutedChange } from "../routing/shared-events.ts";
import type { EncoderOf } from "../routing/table-plan.ts";
import type { Relation } from "../stream/change-handler.ts";

export interface EncoderParts {
  readonly envelope: Envelope;
  readonly catalog: Catalog;
  /** A change could not be made an event: what stands for it. */
  onProblem(standIn: ChangeEvent): void;
}

/** What makes events of a table's changes, once the database has said what the stream leaves out. */
export async function encodersOf(
  relation: Relation,
  { envelope, catalog, onProblem }: EncoderParts,
): Promise<EncoderOf> {
  const primaryKey = await catalog.describe(relation);
  const options = { envelope, types: catalog, primaryKey };
  return (columns) => {
    const unencodable = new Unencodable(relation, columns, options);
    const standIn = (change: RoutedChange, error: unknown) => {
      const event = unencodable.event(change, error);
      onProblem(event);
      return event;
    };
    return guarded(() => {
      const encoder = new RowEncoder(relation, columns, options);
      return encodeWith(encoder, envelope, relation);
    }, standIn);
  };
}

type EncodeJudged = (form: Exclude<EventForm, "unjudged">, change: RoutedChange) => ChangeEvent;

/** Makes a stand-in of what cannot be encoded, and of all changes if there can be no encoder. */
function guarded(
  make: () => EncodeJudged,
  standIn: (change: RoutedChange, error: unknown) => ChangeEvent,
): Encode {
  try {
    const encode = make();
    return (form, change) => {
      if (form === "unjudged") return standIn(change, new Unjudged());
      try {
        return encode(form, change);
      } catch (error) {
        return standIn(change, error);
      }
    };
  } catch (error) {
    return (_, change) => standIn(change, error);
  }
}

/** The condition of a notification could not be judged. */
class Unjudged extends Error {
  override readonly name = "its condition cannot be judged";
}

function encodeWith(encoder: RowEncoder, envelope: Envelope, relation: Relation): EncodeJudged {
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
