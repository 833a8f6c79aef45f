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
  return host === undefined ? new Client() : new Client(placeOf(host));
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
    return { socketPath: path, host: undefined, port: undefined } as Docker.DockerOptions;
  }
  const url = new URL(host);
  if (scheme === "ssh") {
    const agent = process.env["SSH_AUTH_SOCK"];
    const sshOptions = agent === undefined ? {} : { agent };
    const port = url.port === "" ? 22 : Number(url.port);
    return { protocol: "ssh", host: url.hostname, port, username: url.username, sshOptions };
  }
  const isSecure = scheme === "https" || url.port === "2376";
  const protocol = isSecure ? "https" : "http";
  return { protocol, host: url.hostname, port: url.port === "" ? 2375 : Number(url.port) };
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
  if (code === "EACCES" || code === "EPERM") {
    const problem = "The Docker Engine API may not be used by this user.";
    return new IntegrateDbError("IDB1402", problem, { found: error.message, cause: error });
  }
  if (/^(ENOENT|ECONN|EHOST|ENET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE)/.test(code)) {
    const problem = "No Docker Engine API answers.";
    return new IntegrateDbError("IDB1401", problem, { found: error.message, cause: error });
  }
  const status = statusOf(error);
  if (status === undefined) return error;
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
