import type { FileHandle } from "node:fs/promises";
import type { FrameQueue } from "./frame-queue.ts";

/** What is done with a message of a transaction, from behind its xid on. */
export type OnMessage = (type: number, bytes: Buffer, at: number) => void | Promise<void>;

/**
 * A transaction that is sent before it has committed: its messages as far as they have come, in a
 * file, as frames of type, length and the rest of the message, which starts with its xid.
 *
 * Everything that was written after the first change of a subtransaction, while that is under way,
 * belongs to it or to one within it. So rolling one back is cutting off the file where it started.
 */
export class OpenTransaction {
  readonly xid: number;
  readonly file: FileHandle;
  /** Bytes of the file that count. */
  length = 0;
  /** Subtransactions that have written, in the order in which they began, and where they did. */
  readonly #xids: number[] = [];
  readonly #starts: number[] = [];
  #newest: number;

  constructor(xid: number, file: FileHandle) {
    this.xid = xid;
    this.file = file;
    this.#newest = xid;
  }

  /** That a message of a (sub)transaction is about to be written at a position. */
  note(xid: number, position: number): void {
    // Xids are handed out in order, and wrap around: whatever is not newer has been seen.
    if (((xid - this.#newest) | 0) <= 0) return;
    this.#newest = xid;
    this.#xids.push(xid);
    this.#starts.push(position);
  }

  /** Forgets what a subtransaction has written. */
  rollBack(xid: number): void {
    const place = this.#placeOf(xid);
    if (place < 0) return;
    this.length = this.#starts[place] as number;
    this.#xids.length = place;
    this.#starts.length = place;
  }

  /**
   * Reads the messages again, in their order.
   *
   * @param queue is empty, and will be again
   * @param isOver whether to stop; asked whenever something was waited for
   * @returns whether it came to the end
   */
  async replay(queue: FrameQueue, onMessage: OnMessage, isOver: () => boolean): Promise<boolean> {
    for (let position = 0; position < this.length; ) {
      const room = queue.room();
      const wanted = Math.min(room.length, this.length - position);
      const { bytesRead } = await this.file.read(room, 0, wanted, position);
      if (bytesRead === 0) throw new Error("a spill file is shorter than what was written to it");
      if (isOver()) return false;
      queue.wrote(bytesRead);
      position += bytesRead;
      for (let type = queue.next(); type >= 0; type = queue.next()) {
        const pending = onMessage(type, queue.bytes, queue.bodyStart + 4);
        if (!pending) continue;
        await pending;
        if (isOver()) return false;
      }
    }
    return true;
  }

  /** By halves: there can be a million of them, in ascending order. */
  #placeOf(xid: number): number {
    let low = 0;
    let high = this.#xids.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const distance = ((this.#xids[middle] as number) - xid) | 0;
      if (distance === 0) return middle;
      if (distance < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
