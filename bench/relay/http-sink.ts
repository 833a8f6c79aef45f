import { createServer } from "node:http";

/**
 * A process that takes webhooks and counts rows. Prints its port, then for each `{"count"}` line
 * that it reads a line with the milliseconds between the first row and that many, and how old, in
 * milliseconds, rows were that say when they were made: `sensor-<milliseconds since 1970>`.
 */
const mark = Buffer.from('"sensor-');
const longestNumber = 20;
let wanted = Number.POSITIVE_INFINITY;
let seen = 0;
let firstAt = 0;
let ages: number[] = [];

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

function take(body: Buffer): void {
  const now = performance.timeOrigin + performance.now();
  for (let at = body.indexOf(mark); at !== -1; at = body.indexOf(mark, at)) {
    at += mark.length;
    seen++;
    // Other rows have a digit there.
    if (body[at + 1] === 0x22) continue;
    ages.push(now - Number.parseFloat(body.toString("latin1", at, at + longestNumber)));
  }
  if (seen < wanted) return;
  ages.sort((one, other) => one - other);
  console.log(
    JSON.stringify({
      milliseconds: performance.now() - firstAt,
      p50: quantile(ages, 0.5),
      p99: quantile(ages, 0.99),
    }),
  );
  wanted = Number.POSITIVE_INFINITY;
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    response.writeHead(204).end();
    if (seen === 0) firstAt = performance.now();
    take(Buffer.concat(chunks));
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(JSON.stringify({ port: typeof address === "object" ? address?.port : undefined }));
});
process.stdin.on("data", (text: Buffer) => {
  seen = 0;
  ages = [];
  wanted = JSON.parse(text.toString()).count;
});
process.stdin.on("end", () => process.exit());
