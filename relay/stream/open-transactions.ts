import { FrameQueue } from "./frame-queue.ts";
import { type OnMessage, OpenTransaction } from "./open-transaction.ts";
import { readInt32 } from "./row-tuple.ts";
import { openSpillFile, writeSpill } from "./spill-file.ts";

const BLOCK = 256 * 1024;
const HEADER = 5;

/**
 * The transactions that the server sends before they have committed, in chunks, each chunk of one
 * transaction. They are kept in files, and the memory that they take does not depend on their size:
 * one block, or the largest message.
 */
export class OpenTransactions {
  readonly #folder: string;
  readonly #byXid = new Map<number, OpenTransaction>();
  readonly #queue = new FrameQueue();
  readonly #block = Buffer.allocUnsafe(BLOCK);
  #filled = 0;
  #isClosed = false;
  #current: OpenTransaction | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether a chunk is being received. */
  get isReceiving(): boolean {
    return this.#current !== undefined;
  }

  /** Of the transaction whose chunk is being received; 0 if there is none. */
  get xid(): number {
    return this.#current?.xid ?? 0;
  }

  /** What they take on disk. */
  get bytes(): number {
    let sum = 0;
    for (const { length } of this.#byXid.values()) sum += length;
    return sum;
  }

  /** A chunk of a transaction begins. */
  start(xid: number): void | Promise<void> {
    this.#current = this.#byXid.get(xid);
    if (!this.#current) return this.#open(xid);
  }

  /** A message of the chunk, which starts with its type and its xid. */
  append(bytes: Buffer, at: number, end: number): void | Promise<void> {
    const size = end - at + 4;
    if (size > BLOCK - this.#filled) return this.#appendAfterFlush(bytes, at, end);
    this.#put(bytes, at, end);
  }

  /** The chunk ends. */
  async stop(): Promise<void> {
    await this.#flush();
    this.#current = undefined;
  }

  /** A transaction was rolled back, or a subtransaction of it. */
  async abort(xid: number, subXid: number): Promise<void> {
    const transaction = this.#byXid.get(xid);
    if (xid !== subXid) transaction?.rollBack(subXid);
    else await this.#forget(transaction);
  }

  /**
   * Reads what a transaction that has committed consists of, and forgets it.
   *
   * @returns whether it came to the end, rather than being over
   */
  async replay(xid: number, onMessage: OnMessage, isOver: () => boolean): Promise<boolean> {
    const transaction = this.#byXid.get(xid);
    if (!transaction) return true;
    const isWhole = await transaction.replay(this.#queue, onMessage, isOver);
    await this.#forget(transaction);
    return isWhole;
  }

  /** Forgets all of them, for good. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#byXid.values()].map((each) => this.#forget(each)));
  }

  async #open(xid: number): Promise<void> {
    const file = await openSpillFile(this.#folder);
    if (this.#isClosed) return file.close();
    this.#current = new OpenTransaction(xid, file);
    this.#byXid.set(xid, this.#current);
  }

  async #forget(transaction: OpenTransaction | undefined): Promise<void> {
    if (!transaction) return;
    this.#byXid.delete(transaction.xid);
    await transaction.file.close();
  }

  #put(bytes: Buffer, at: number, end: number): void {
    const current = this.#current as OpenTransaction;
    current.note(readInt32(bytes, at + 1) >>> 0, current.length + this.#filled);
    this.#putHeader(bytes, at, end);
    this.#filled += bytes.copy(this.#block, this.#filled, at + 1, end);
  }

  #putHeader(bytes: Buffer, at: number, end: number): void {
    this.#block[this.#filled] = bytes[at] as number;
    this.#block.writeUInt32BE(end - at + 3, this.#filled + 1);
    this.#filled += HEADER;
  }

  async #appendAfterFlush(bytes: Buffer, at: number, end: number): Promise<void> {
    await this.#flush();
    if (end - at + 4 <= BLOCK) {
      this.#put(bytes, at, end);
      return;
    }
    const current = this.#current as OpenTransaction;
    current.note(readInt32(bytes, at + 1) >>> 0, current.length);
    this.#putHeader(bytes, at, end);
    await this.#flush();
    await this.#write(bytes.subarray(at + 1, end));
  }

  async #flush(): Promise<void> {
    const filled = this.#block.subarray(0, this.#filled);
    this.#filled = 0;
    await this.#write(filled);
  }

  async #write(bytes: Buffer): Promise<void> {
    const current = this.#current as OpenTransaction;
    await writeSpill(current.file, this.#folder, bytes, current.length);
    current.length += bytes.length;
  }
}
