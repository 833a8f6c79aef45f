import { readFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { IntegrateDbError } from "../../sql/errors.ts";

/** What is asked of a Docker Engine API, or of what speaks as one. */
export type Engine = Docker;

/**
 * A client of the Docker Engine API.
 *
 * @param host as in DOCKER_HOST: unix:///path, tcp://host:2376, ssh://user@host; by default what that
 *   variable says, else the machine's own socket
 * @throws IntegrateDbError IDB1401
 */
export async function dockerEngine(host?: string): Promise<Engine> {
  const Client = await loaded();
  return asked(async () => (host === undefined ? new Client() : new Client(placeOf(host))));
}

async function loaded(): Promise<typeof Docker> {
  try {
    const { default: Client } = await import("dockerode");
    return Client as unknown as typeof Docker;
  } catch (error) {
    throw new IntegrateDbError("IDB1401", "The package dockerode is not installed.", {
      remedy: "Add it to the program: npm install dockerode.",
      cause: error,
    });
  }
}

function placeOf(host: string): Docker.DockerOptions {
  const [scheme, path = ""] = host.split("://");
  if (scheme === "unix" || scheme === "npipe") {
    // Otherwise DOCKER_HOST would win.
    const nowhereElse = { host: undefined, port: undefined } as Docker.DockerOptions;
    return { ...nowhereElse, protocol: "http", socketPath: path };
  }
  const url = new URL(host);
  if (scheme === "ssh") {
    const agent = process.env["SSH_AUTH_SOCK"];
    const sshOptions = agent === undefined ? {} : { agent };
    const port = url.port === "" ? 22 : Number(url.port);
    return { protocol: "ssh", host: url.hostname, port, username: url.username, sshOptions };
  }
  const isVerified = url.port === "2376" || process.env["DOCKER_TLS_VERIFY"] === "1";
  const isSecure = scheme === "https" || (scheme === "tcp" && isVerified);
  const port = url.port === "" ? (isSecure ? 2376 : 2375) : Number(url.port);
  if (!isSecure) return { protocol: "http", host: url.hostname, port };
  return { protocol: "https", host: url.hostname, port, ...certificates() };
}

/** Which the client reads by itself for a DOCKER_HOST, and for no other engine. */
function certificates(): Docker.DockerOptions {
  const folder = process.env["DOCKER_CERT_PATH"];
  if (folder === undefined || folder === "") return {};
  const read = (file: string) => readFileSync(join(folder, file));
  return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
}

/**
 * Does something with the engine, and says what went wrong so that a user can mend it.
 *
 * @throws IntegrateDbError IDB1401 nothing answers, IDB1402 no right to the socket, IDB1406 refused
 */
export async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explained(error);
  }
}

function explained(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof IntegrateDbError) return error;
  const code = "code" in error ? String(error.code) : "";
  const isRefused = /authentication methods failed/.test(error.message);
  if (code === "EACCES" || code === "EPERM" || isRefused) {
    const problem = "The Docker Engine API may not be used by this user.";
    return new IntegrateDbError("IDB1402", problem, { found: error.message, cause: error });
  }
  const status = statusOf(error);
  if (status === undefined) {
    const problem = "No Docker Engine API answers.";
    return new IntegrateDbError("IDB1401", problem, { found: error.message, cause: error });
  }
  const problem = `The Docker Engine API refused: ${reasonOf(error)}.`;
  return new IntegrateDbError("IDB1406", problem, { found: `status ${status}`, cause: error });
}

/** The HTTP status of an answer of the engine that is an error. */
export function statusOf(error: unknown): number | undefined {
  const cause = error instanceof IntegrateDbError ? error.cause : error;
  if (!(cause instanceof Error) || !("statusCode" in cause)) return undefined;
  return typeof cause.statusCode === "number" ? cause.statusCode : undefined;
}

/** What an error of the engine says, without the status before it. */
export function reasonOf(error: unknown): string {
  const said = error instanceof Error && "json" in error ? error.json : undefined;
  const message =
    typeof said === "object" && said !== null && "message" in said ? said.message : undefined;
  const text =
    typeof message === "string" ? message : String(Reflect.get(Object(error), "message"));
  return text.trim().replace(/\.$/, "");
}

/** What there is, or nothing where the engine says that there is no such thing. */
export async function ifThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await asked(work);
  } catch (error) {
    // 304: it is as it was to become already.
    if (statusOf(error) === 404 || statusOf(error) === 304) return undefined;
    throw error;
  }
}
