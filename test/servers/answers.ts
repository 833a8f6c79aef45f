import { connect } from "node:net";

/**
 * Whether a server answers on a port of 127.0.0.1: sends `question`, if any, and waits a second for
 * an answer that `expected` matches.
 */
export function answers(
  port: number,
  expected: RegExp,
  question: string | Uint8Array = "",
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    const settle = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.setTimeout(1000, () => settle(false));
    socket.on("connect", () => socket.write(question));
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (expected.test(text)) settle(true);
    });
    socket.on("error", () => settle(false));
    socket.on("end", () => settle(false));
  });
}
