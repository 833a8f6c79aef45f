// For the health check of a container: whether the relay in it answers. A program of its own, since
// loading the relay's takes a second of a processor.
const listen = process.env["INTEGRATEDB_RELAY_LISTEN"] ?? "0.0.0.0:8080";
const colon = listen.lastIndexOf(":");
const host = listen.slice(0, colon);
const reachable = ["", "0.0.0.0", "[::]"].includes(host) ? "127.0.0.1" : host;
const answer = await fetch(`http://${reachable}:${listen.slice(colon + 1)}/healthz`, {
  signal: AbortSignal.timeout(4_000),
}).catch(() => undefined);
process.exitCode = answer?.ok ? 0 : 1;

export {};
