import { createServer } from "node:http";

/**
 * A process that takes webhooks and counts events. Prints its port, then for each `{"count"}` line
 * that it reads a line with the milliseconds between the first event and that many.
 */
const mark = Buffer.from('"specversion"');
let wanted = Number.POSITIVE_INFINITY;
let seen = 0;
let firstAt = 0;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    response.writeHead(204).end();
    if (seen === 0) firstAt = performance.now();
    const body = Buffer.concat(chunks);
    for (let at = body.indexOf(mark); at !== -1; at = body.indexOf(mark, at + mark.length)) seen++;
    if (seen >= wanted) {
      console.log(JSON.stringify({ milliseconds: performance.now() - firstAt }));
      wanted = Number.POSITIVE_INFINITY;
    }
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(JSON.stringify({ port: typeof address === "object" ? address?.port : undefined }));
});
process.stdin.on("data", (text: Buffer) => {
  seen = 0;
  wanted = JSON.parse(text.toString()).count;
});
process.stdin.on("end", () => process.exit());
