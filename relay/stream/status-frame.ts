const MILLISECONDS_TO_2000 = 946_684_800_000;

/** The message of the protocol that carries a time: microseconds since 2000 as milliseconds since 1970. */
export function readTime(bytes: Buffer, at: number): number {
  const microseconds = bytes.readInt32BE(at) * 4_294_967_296 + bytes.readUInt32BE(at + 4);
  return microseconds / 1000 + MILLISECONDS_TO_2000;
}

/**
 * A standby status update as a frame of CopyData.
 *
 * https://www.postgresql.org/docs/current/protocol-replication.html (Standby status update)
 *
 * @param received up to where the stream has been received
 * @param durable what the server need not send again
 * @param wantsReply whether the server is to answer at once
 */
export function statusFrame(received: bigint, durable: bigint, wantsReply: boolean): Buffer {
  const frame = Buffer.allocUnsafe(39);
  frame.write("d", 0, "latin1");
  frame.writeInt32BE(38, 1);
  frame.write("r", 5, "latin1");
  frame.writeBigUInt64BE(received > durable ? received : durable, 6);
  frame.writeBigUInt64BE(durable, 14);
  frame.writeBigUInt64BE(durable, 22);
  frame.writeBigInt64BE(BigInt(Date.now() - MILLISECONDS_TO_2000) * 1000n, 30);
  frame[38] = wantsReply ? 1 : 0;
  return frame;
}
