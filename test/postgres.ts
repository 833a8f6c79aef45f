import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, chown, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { freePort } from "./free-port.ts";
import { type PostgresBinaries, postgresBinaries } from "./postgres-binaries.ts";
import { clusterRoot, exists, serverRoot, serverUser, settle } from "./postgres-folders.ts";

const run = promisify(execFile);

/** Settings that every server starts with; `startPostgres` can change or add some. */
const defaultSettings: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  wal_level: "logical",
  fsync: "off",
  max_wal_size: "256MB",
  max_connections: "200",
  password_encryption: "scram-sha-256",
};

/**
 * Ends the server when the standard input closes, which happens on `stop()` and, whatever ends it,
 * with the process that started it; then removes the data.
 */
const supervisor = `
folder=$1; shift
exec 3<&0
"$@" 3<&- &
server=$!
{ read -r _ <&3; kill -QUIT "$server"; } &
watcher=$!
trap "" PIPE
wait "$server"
kill "$watcher" 2>/dev/null
echo ended
read -r _ <&3
rm -rf "$folder"
`;

export interface PostgresOptions {
  /** Server settings by name, as in postgresql.conf; they win over the harness's own. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A server with a cluster of its own, so that its roles are nobody else's. */
export interface Postgres {
  /** The major version, such as 18. */
  readonly version: number;
  readonly host: string;
  readonly port: number;
  /** The superuser `postgres`, connected to the database `postgres`. */
  readonly adminUrl: string;
  /** The password of the superuser. */
  readonly password: string;
  /** What the server logs, while it runs. */
  readonly logFile: string;
  /** A connection string; as the superuser unless a user is named. */
  url(database: string, user?: string, password?: string): string;
  /** Makes an empty database, by default with a random name, and returns the superuser's URL to it. */
  createDatabase(name?: string): Promise<string>;
  /** Ends the server at once and removes its data. */
  stop(): Promise<void>;
}

/** The versions under test: `INTEGRATEDB_TEST_POSTGRES`, by default "14,18". */
export function postgresVersions(): number[] {
  const listed = process.env["INTEGRATEDB_TEST_POSTGRES"] || "14,18";
  return listed.split(",").map((version) => Number(version.trim()));
}

/**
 * Starts a private server on a free loopback port. It ends with `stop()`, or with this process.
 *
 * @param version the major version, 14 to 18
 * @throws when the server does not come up, with the end of its log
 */
export async function startPostgres(
  version = 18,
  options: PostgresOptions = {},
): Promise<Postgres> {
  const binaries = await postgresBinaries(version);
  const template = await clusterTemplate(version, binaries);
  const password = await readFile(join(template, "password"), "utf8");
  const folder = await copyOf(template);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const server = await startServer(
      binaries,
      folder,
      { ...defaultSettings, ...options.settings },
      port,
    );
    const up = await isUp(server, port, password);
    if (up) return handle({ version, port, password, logFile: server.logFile, stop: server.stop });
    const log = await readFile(server.logFile, "utf8");
    const portWasTaken = log.includes("Address already in use");
    if (portWasTaken && attempt < 5) {
      server.disown();
      continue;
    }
    await server.stop();
    throw new Error(`Postgres ${version} did not start:\n${log.slice(-4000)}`);
  }
}

function handle(
  server: Pick<Postgres, "version" | "port" | "password" | "logFile" | "stop">,
): Postgres {
  const host = "127.0.0.1";
  const url: Postgres["url"] = (database, user = "postgres", password = server.password) => {
    const [name, secret, path] = [user, password, database].map(encodeURIComponent);
    return `postgresql://${name}:${secret}@${host}:${server.port}/${path}`;
  };
  const adminUrl = url("postgres");
  const createDatabase: Postgres["createDatabase"] = async (
    name = `test_${randomBytes(5).toString("hex")}`,
  ) => {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    try {
      // The way of Postgres 14, which writes no log of it and is twice as fast here.
      const strategy = server.version > 14 ? "STRATEGY file_copy" : "";
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} ${strategy}`);
    } finally {
      await client.end();
    }
    return url(name);
  };
  return { ...server, host, adminUrl, url, createDatabase };
}

/** `initdb` takes more than a second, a copy of its result a twentieth of that. */
async function clusterTemplate(version: number, { initdb }: PostgresBinaries): Promise<string> {
  const root = await serverRoot();
  const folder = join(root, `template-${version}`);
  if (await exists(folder)) return folder;
  const user = await serverUser();
  const draft = await mkdtemp(join(root, "template-draft-"));
  const passwordFile = join(draft, "password");
  await writeFile(passwordFile, randomBytes(12).toString("hex"), { mode: 0o600 });
  if (user) {
    await chown(draft, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  const options = [
    `--pgdata=${join(draft, "data")}`,
    "--username=postgres",
    `--pwfile=${passwordFile}`,
    "--auth-local=trust",
    "--auth-host=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
  ];
  await run(initdb, options, { cwd: draft, ...user });
  return settle(draft, folder);
}

async function copyOf(template: string): Promise<string> {
  const folder = await mkdtemp(join(await clusterRoot(), "cluster-"));
  await run("cp", ["-a", join(template, "data"), folder]);
  const user = await serverUser();
  if (user) await chown(folder, user.uid, user.gid);
  await chmod(join(folder, "data"), 0o700);
  return folder;
}

interface Server {
  readonly logFile: string;
  hasEnded(): boolean;
  /** Leaves the data where it is, for another start. */
  disown(): void;
  stop(): Promise<void>;
}

async function startServer(
  { postgres }: PostgresBinaries,
  folder: string,
  settings: Readonly<Record<string, string>>,
  port: number,
): Promise<Server> {
  const logFile = join(folder, `server-${port}.log`);
  const log = await open(logFile, "a", 0o600);
  const flags = Object.entries({ ...settings, port: String(port) }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const command = [postgres, "-D", join(folder, "data"), ...flags];
  const child = spawn("sh", ["-c", supervisor, "sh", folder, ...command], {
    cwd: folder,
    // A session of its own: an interrupt from the keyboard reaches the tests, which then close the pipe.
    detached: true,
    stdio: ["pipe", "pipe", log.fd],
    ...(await serverUser()),
  });
  await log.close();
  let ended = false;
  const gone = once(child, "exit");
  child.stdout?.once("data", () => {
    ended = true;
  });
  child.unref();
  for (const pipe of [child.stdin, child.stdout]) (pipe as { unref?: () => void }).unref?.();
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.ref();
      child.stdin?.end();
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  };
  return {
    logFile,
    hasEnded: () => ended || child.exitCode !== null,
    disown: () => child.kill("SIGKILL"),
    stop,
  };
}

async function isUp(server: Server, port: number, password: string): Promise<boolean> {
  const deadline = Date.now() + 60_000;
  while (!server.hasEnded() && Date.now() < deadline) {
    const client = new pg.Client({
      host: "127.0.0.1",
      port,
      user: "postgres",
      password,
      database: "postgres",
    });
    client.on("error", () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query("SELECT current_setting('data_directory') AS folder");
      await client.end();
      // Another server may have taken the port in between; only our own knows our folder.
      return String(rows[0]?.folder).startsWith(join(server.logFile, ".."));
    } catch {
      await sleep(20);
    }
  }
  return false;
}
