import { readChanges } from "../../../relay/stream/reader.ts";

/**
 * A process that reads until it has seen so many rows, confirms nothing, and prints what it took:
 * `node counting-reader.ts <url> <slot> <publication> <rows> <spill folder>`.
 */
const [url = "", slot = "", publication = "", wanted = "0", spillFolder = ""] =
  process.argv.slice(2);
const abort = new AbortController();
let rows = 0;
let bytes = 0;
let spilled = 0;
let progress = { spilledBytes: 0 };

await readChanges({
  connection: { connectionString: url },
  slot,
  publications: [publication],
  confirmed: () => 0n,
  signal: abort.signal,
  spillFolder,
  onStart: (started) => {
    progress = started;
  },
  handler: {
    begin() {
      spilled = Math.max(spilled, progress.spilledBytes);
    },
    insert(_relation, { lengths, count }) {
      rows += 1;
      for (let column = 0; column < count; column++) bytes += lengths[column] as number;
    },
    update() {},
    delete() {},
    truncate() {},
    commit() {
      if (rows >= Number(wanted)) abort.abort();
    },
  },
});

const { maxRSS } = process.resourceUsage();
console.log(JSON.stringify({ rows, bytes, spilled, memory: maxRSS * 1024 }));
