import { z } from "zod";
import { IntegrateDbError } from "../../sql/errors.ts";
import { partsFromUrl } from "./connection-url.ts";
import { sslModes } from "./tls.ts";

/** TLS options of a connection. Certificates are PEM text, not file names. */
const tlsOptions = z.strictObject({
  ca: z.string().min(1).optional(),
  cert: z.string().min(1).optional(),
  key: z.string().min(1).optional(),
  servername: z.string().min(1).optional(),
  rejectUnauthorized: z.boolean().optional(),
});

const port = z.coerce.number().int().min(1).max(65_535);

const connectionParts = z.strictObject({
  host: z.string().min(1).default("localhost"),
  port: port.default(5432),
  user: z.string().min(1).optional(),
  password: z.string().optional(),
  database: z.string().min(1).optional(),
  sslmode: z.enum(sslModes).optional(),
  ssl: z.union([z.boolean(), tlsOptions]).optional(),
  options: z.string().optional(),
  connectTimeout: z.coerce.number().min(0).optional(),
});

/** A connection whose form has been checked: a place to connect to and as whom. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
  readonly sslmode?: (typeof sslModes)[number];
  readonly ssl?: boolean | z.output<typeof tlsOptions>;
  /** Start-up options of the session, as in `PGOPTIONS`. */
  readonly options?: string;
  /** Seconds to wait for the server to answer, 10 by default. */
  readonly connectTimeout?: number;
}

/**
 * Reads a connection from a URL (`postgresql://user:password@host:port/database?sslmode=require`)
 * or from its parts. A missing user or database is taken from PGUSER and PGDATABASE, as libpq does,
 * and the database is otherwise named as the user.
 *
 * @throws IntegrateDbError IDB1101 that names the part that is wrong and never repeats its value.
 */
export function parseConnection(input: unknown, environment = process.env): Connection {
  const given = typeof input === "string" ? partsFromUrl(input) : input;
  const parsed = connectionParts.safeParse(given);
  if (!parsed.success) {
    throw malformed(
      parsed.error.issues
        .map((issue) => `${["connection", ...issue.path].join(".")}: ${withoutValue(issue)}`)
        .join("; "),
    );
  }
  const { user: statedUser, database, ...rest } = parsed.data;
  const user = statedUser ?? environment["PGUSER"] ?? environment["USER"] ?? "postgres";
  return defined({ ...rest, user, database: database ?? environment["PGDATABASE"] ?? user });
}

/**
 * The connection of a command line: a URL if there is one, else `DATABASE_URL`, else the PG*
 * variables of libpq (PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE, PGOPTIONS,
 * PGCONNECT_TIMEOUT). Undefined if none of them is set.
 *
 * @throws IntegrateDbError IDB1101 if what is set is malformed.
 */
export function connectionFromEnvironment(
  url?: string,
  environment: NodeJS.ProcessEnv = process.env,
): Connection | undefined {
  const stated = url ?? environment["DATABASE_URL"];
  if (stated) return parseConnection(stated, environment);
  const names = ["PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE"];
  if (!names.some((name) => environment[name])) return undefined;
  const parts = {
    host: environment["PGHOST"],
    port: environment["PGPORT"],
    password: environment["PGPASSWORD"],
    sslmode: environment["PGSSLMODE"],
    options: environment["PGOPTIONS"],
    connectTimeout: environment["PGCONNECT_TIMEOUT"],
  };
  return parseConnection(defined(parts), environment);
}

/** Names a connection in a message: `user@host:port/database`, never with its password. */
export function describeConnection(connection: Connection): string {
  const { user, host, port, database } = connection;
  return `${user}@${host.includes(":") ? `[${host}]` : host}:${port}/${database}`;
}

/** zod's messages say what was expected; those of enums and unions would also list or repeat. */
function withoutValue(issue: { readonly code: string; readonly message: string }): string {
  return issue.code === "invalid_union"
    ? "expected true, false or an object of TLS options"
    : issue.message;
}

function malformed(why: string): IntegrateDbError {
  return new IntegrateDbError("IDB1101", `The connection is malformed: ${why}.`, {
    expected: "postgresql://user:password@host:port/database, or an object of its parts",
  });
}

/** Drops keys that are undefined, which exact optional properties do not admit. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined && each !== "");
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
