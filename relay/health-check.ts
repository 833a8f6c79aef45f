// For the health check of a container: whether the relay in it answers. A program of its own, since
// loading the relay's takes a second of a processor. The path to ask for may be given, whose answer
// is then printed.
const [path] = process.argv.slice(2);
const listen = process.env["INTEGRATEDB_RELAY_LISTEN"] ?? "0.0.0.0:8080";
const colon = listen.lastIndexOf(":");
const host = listen.slice(0, colon);
const reachable = ["", "0.0.0.0", "[::]"].includes(host) ? "127.0.0.1" : host;
const url = `http://${reachable}:${listen.slice(colon + 1)}${path ?? "/healthz"}`;
const answer = await fetch(url, { signal: AbortSignal.timeout(4_000) }).catch(() => undefined);
if (path !== undefined && answer !== undefined) process.stdout.write(await answer.text());
process.exitCode = answer?.ok ? 0 : 1;

export {};
