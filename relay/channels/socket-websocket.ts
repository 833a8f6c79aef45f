import type { WebSocket } from "ws";
import type { EndReason, Receiver } from "./socket-receiver.ts";
import type { ReceiverTimes } from "./socket-sse.ts";

/** Codes with which the connection is closed: RFC 6455, and 4000 on for what is ours. */
const closeCodes: Readonly<Record<EndReason, number>> = {
  stopping: 1001,
  failed: 1011,
  expired: 4401,
  slow: 4408,
  gone: 4410,
};

/** Bytes that may wait to be sent. */
const bufferLimit = 1 << 20;

/** A WebSocket on which each event is a text message. What the receiver sends is not looked at. */
export function webSocketReceiver(
  socket: WebSocket,
  { heartbeat, patience }: ReceiverTimes,
): Receiver {
  const over = new AbortController();
  let isAlive = true;
  socket.on("pong", () => {
    isAlive = true;
  });
  const beat = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, heartbeat);
  socket.once("close", () => {
    clearInterval(beat);
    over.abort();
  });
  socket.on("error", () => undefined);
  const end = (reason: EndReason) => {
    socket.close(closeCodes[reason], reason);
    // A receiver that takes nothing does not take the end either.
    if (reason === "slow") socket.terminate();
  };
  return {
    signal: over.signal,
    send(_id, event) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => end("slow"), patience);
        const go = () => {
          clearTimeout(timer);
          over.signal.removeEventListener("abort", go);
          resolve();
        };
        over.signal.addEventListener("abort", go, { once: true });
        socket.send(event, go);
        if (socket.bufferedAmount < bufferLimit) go();
      });
    },
    end,
  };
}
