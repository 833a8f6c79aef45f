/** What a read from the socket may fill: large, since the server pays for each time that it wakes us. */
const BLOCK = 256 * 1024;
const SMALLEST_ROOM = 64 * 1024;
const HEADER = 5;

/**
 * Bytes that have arrived, as frames of the protocol: a type byte, and a length that counts itself.
 * Takes the memory of two blocks, and while a frame is there that fits in none, that of the frame.
 *
 * Bytes are moved from one block to the other, never within one: whoever was given a frame and has
 * stopped the reading may go on with that frame until it resumes.
 */
export class FrameQueue {
  bytes: Buffer;
  /** Where the body of the frame that `next` found starts and ends in `bytes`. */
  bodyStart = 0;
  bodyEnd = 0;
  readonly #blocks = [Buffer.allocUnsafe(BLOCK), Buffer.allocUnsafe(BLOCK)] as const;
  #start = 0;
  #end = 0;

  constructor() {
    this.bytes = this.#blocks[0];
  }

  /** Goes to the next frame. @returns its type, or -1 when it has not arrived as a whole */
  next(): number {
    const { bytes } = this;
    const start = this.#start;
    if (this.#end - start < HEADER) return -1;
    const end = start + 1 + bytes.readUInt32BE(start + 1);
    if (end > this.#end) return -1;
    this.bodyStart = start + HEADER;
    this.bodyEnd = end;
    this.#start = end;
    return bytes[start] as number;
  }

  /** Where the next bytes are to be written: as much at least as the frame that has begun needs. */
  room(): Buffer {
    const unread = this.#end - this.#start;
    const missing = unread < HEADER ? 0 : 1 + this.bytes.readUInt32BE(this.#start + 1) - unread;
    const wanted = Math.max(missing, SMALLEST_ROOM);
    const isLarge = this.bytes.length > BLOCK;
    if (unread + wanted <= BLOCK) {
      if (isLarge || this.#end + wanted > BLOCK) this.#move(this.#otherBlock());
    } else if (this.#end + wanted > this.bytes.length) {
      this.#move(Buffer.allocUnsafe(unread + wanted + SMALLEST_ROOM));
    }
    return this.bytes.subarray(this.#end);
  }

  /** That so many bytes were written to what `room` gave. */
  wrote(count: number): void {
    this.#end += count;
  }

  append(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const copied = chunk.copy(this.room(), 0, at);
      this.wrote(copied);
      at += copied;
    }
  }

  #otherBlock(): Buffer {
    return this.bytes === this.#blocks[0] ? this.#blocks[1] : this.#blocks[0];
  }

  #move(target: Buffer): void {
    this.bytes.copy(target, 0, this.#start, this.#end);
    this.bytes = target;
    this.#end -= this.#start;
    this.#start = 0;
  }
}
