import type { SocketHooks } from "../channels/socket-server.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

/** Milliseconds within which a refusal for the same reason, to the same address, is not logged again. */
const quietFor = 60_000;
const remembered = 1_000;

/** Counts and logs who receives from sockets, and who was not let in. */
export function socketHooks(metrics: Metrics, log: Logger): SocketHooks {
  const loggedAt = new Map<string, number>();
  const isNews = (refusal: string) => {
    const now = performance.now();
    if (now - (loggedAt.get(refusal) ?? Number.NEGATIVE_INFINITY) < quietFor) return false;
    if (loggedAt.size >= remembered) loggedAt.clear();
    loggedAt.set(refusal, now);
    return true;
  };
  return {
    connected: (path, address) => {
      metrics.socketConnections.inc({ ...path });
      metrics.socketReceivers.inc({ ...path });
      log.info({ ...path, address }, "a receiver has connected");
    },
    ended: (path, address) => {
      metrics.socketReceivers.dec({ ...path });
      log.info({ ...path, address }, "a receiver has left");
    },
    refused: ({ code, problem }, address) => {
      metrics.socketRefusals.inc({ code });
      // Whoever tries again and again does not fill the log.
      if (isNews(`${code} ${address}`)) log.warn({ code, address }, problem);
    },
  };
}
