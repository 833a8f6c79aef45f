import type { Tuple } from "./change-handler.ts";

const NULL = 110; // n
const UNCHANGED = 117; // u

/**
 * The one tuple that all rows of a stream pass through: reading a row into it allocates nothing,
 * whatever the number of its columns and the length of its values.
 *
 * https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html (TupleData)
 */
export class RowTuple implements Tuple {
  bytes: Buffer = Buffer.alloc(0);
  starts: Int32Array = new Int32Array(64);
  lengths: Int32Array = new Int32Array(64);
  count = 0;
  size = 0;

  /**
   * @param at where the TupleData starts in `bytes`
   * @returns where it ends
   */
  read(bytes: Buffer, at: number): number {
    const count = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    if (count > this.starts.length) this.#widen(count);
    const { starts, lengths } = this;
    this.bytes = bytes;
    this.count = count;
    let next = at + 2;
    for (let column = 0; column < count; column++) {
      const kind = bytes[next++];
      if (kind === NULL || kind === UNCHANGED) {
        starts[column] = next;
        lengths[column] = kind === NULL ? -1 : -2;
        continue;
      }
      const length = readInt32(bytes, next);
      starts[column] = next + 4;
      lengths[column] = length;
      next += 4 + length;
    }
    this.size = next - at;
    return next;
  }

  #widen(count: number): void {
    this.starts = new Int32Array(count);
    this.lengths = new Int32Array(count);
  }
}

/** Big-endian; without the checks of `Buffer.readInt32BE`, which a row would pay for each column. */
export function readInt32(bytes: Buffer, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}
