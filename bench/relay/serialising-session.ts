import { tmpdir } from "node:os";
import { Pool } from "pg";
import { webhookMessage } from "../../relay/channels/webhook-request.ts";
import type { ChangeEvent } from "../../relay/encoding/change-event.ts";
import { LaneSet } from "../../relay/running/lane-set.ts";
import { createLogger } from "../../relay/running/logger.ts";
import { createMetrics } from "../../relay/running/metrics.ts";
import { runSession } from "../../relay/running/session.ts";

/**
 * A process that reads a slot and delivers to a sink that only serialises. Prints one JSON line:
 * milliseconds from the start of the stream until the last of so many events, and the peak memory.
 * Arguments: URL, slot, number of events.
 */
const [url = "", slot = "", count = "0"] = process.argv.slice(2);
const connection = { connectionString: url };
const pool = new Pool({ ...connection, max: 4 });
const stop = new AbortController();
const finished = Promise.withResolvers<number>();
let left = Number(count);
let startedAt = 0;

const channel = {
  partitions: 1,
  batchSize: 500,
  deliver: async (batch: readonly ChangeEvent[]) => {
    webhookMessage("batch", batch);
    left -= batch.length;
    if (left <= 0) finished.resolve(performance.now());
    return [];
  },
  close: async () => undefined,
};
const lanes = new LaneSet({
  pool,
  hooks: {},
  dropped: () => undefined,
  memory: 16 * 1_048_576,
  spoolLimit: 1e12,
  open: () => ({ channel, giveUpAfter: 86_400_000 }),
});
const session = runSession({
  connection,
  pool,
  slot,
  publications: ["integratedb", "integratedb_insert"],
  source: "/integratedb/bench",
  keySecret: Buffer.alloc(16, 1),
  lanes,
  gap: undefined,
  streaming: true,
  spillFolder: tmpdir(),
  drain: 0,
  signal: stop.signal,
  log: createLogger("error"),
  metrics: createMetrics(),
  onStart: () => {
    startedAt = performance.now();
  },
});
const endedAt = await Promise.race([finished.promise, session.then(() => Number.NaN)]);
const { maxRSS } = process.resourceUsage();
console.log(JSON.stringify({ milliseconds: endedAt - startedAt, megabytes: maxRSS / 1024 }));
stop.abort();
await session;
await lanes.close();
await pool.end();
