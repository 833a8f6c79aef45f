import { expect, test } from "vitest";
import { FrameQueue } from "../../../relay/stream/frame-queue.ts";

const BLOCK = 256 * 1024;

function frame(type: string, body: Buffer): Buffer {
  const bytes = Buffer.alloc(5 + body.length);
  bytes.write(type, 0, "latin1");
  bytes.writeUInt32BE(4 + body.length, 1);
  body.copy(bytes, 5);
  return bytes;
}

/** Every frame that is there as a whole. */
function take(queue: FrameQueue): string[] {
  const taken: string[] = [];
  for (let type = queue.next(); type >= 0; type = queue.next()) {
    const { bytes, bodyStart, bodyEnd } = queue;
    taken.push(String.fromCharCode(type) + bytes.toString("latin1", bodyStart, bodyEnd));
  }
  return taken;
}

test("frames come out whole, wherever the pieces in which they arrive are cut", () => {
  const bodies = ["", "a", "bc", "x".repeat(1000), "d"];
  const stream = Buffer.concat(bodies.map((body) => frame("d", Buffer.from(body))));
  for (const size of [1, 2, 3, 7, 500, stream.length]) {
    const queue = new FrameQueue();
    const taken: string[] = [];
    for (let at = 0; at < stream.length; at += size) {
      queue.append(stream.subarray(at, at + size));
      taken.push(...take(queue));
    }
    expect(taken).toEqual(bodies.map((body) => `d${body}`));
  }
});

test("a frame larger than a block comes out whole, and its memory is given back", () => {
  const queue = new FrameQueue();
  const large = Buffer.alloc(10 * BLOCK, 0x79);
  queue.append(Buffer.concat([frame("d", Buffer.from("before")), frame("d", large)]));
  queue.append(frame("d", Buffer.from("after")));
  const taken = take(queue);
  expect(taken.map((text) => text.length)).toEqual([7, 1 + large.length, 6]);
  queue.append(frame("d", Buffer.from("later")));
  expect(take(queue)).toEqual(["dlater"]);
  expect(queue.bytes.length).toBe(BLOCK);
});

test("a frame stays readable after the next bytes have come", () => {
  const queue = new FrameQueue();
  queue.append(frame("d", Buffer.alloc(BLOCK - 100_000, 0x61)));
  queue.next();
  const { bytes, bodyStart, bodyEnd } = queue;
  queue.append(frame("d", Buffer.alloc(150_000, 0x62)));
  expect(bytes.subarray(bodyStart, bodyEnd).every((byte) => byte === 0x61)).toBe(true);
});

test("there is always room for a frame that has begun", () => {
  const queue = new FrameQueue();
  const announced = frame("d", Buffer.alloc(3 * BLOCK));
  announced.copy(queue.room(), 0, 0, 5);
  queue.wrote(5);
  expect(queue.room().length).toBeGreaterThanOrEqual(3 * BLOCK);
});
