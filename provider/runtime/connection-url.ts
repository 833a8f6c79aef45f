import { readFileSync } from "node:fs";
import { IntegrateDbError } from "../../sql/errors.ts";

const form = "postgresql://user:password@host:port/database?sslmode=require";

/**
 * Takes a connection URL apart as libpq does: what stands in the query wins over what stands
 * before it, and the certificates that `sslrootcert`, `sslcert` and `sslkey` name are read.
 * Settings of other clients (`schema`, `pgbouncer`, `channel_binding`, …) are passed over.
 *
 * @throws IntegrateDbError IDB1101, without any part of the URL in its message.
 */
export function partsFromUrl(text: string): Record<string, unknown> {
  const url = read(text.trim());
  // What follows the first of these would be taken for the name of a database, and be shown.
  if (/^[^:]*:\/\/[^/?#]*[/?#].*@/s.test(text)) {
    throw malformed("a / ? or # before the last @ is not percent-encoded (or that @, as %40)");
  }
  if (url.protocol !== "postgresql:" && url.protocol !== "postgres:") {
    throw malformed("the URL does not start with postgresql:// or postgres://");
  }
  const query = new Map(url.searchParams);
  const authority = {
    host: decoded(url.hostname).replace(/^\[(.*)\]$/, "$1"),
    port: url.port,
    user: decoded(url.username),
    password: decoded(url.password),
    database: decoded(url.pathname.slice(1)),
  };
  const parts = {
    host: query.get("host") ?? authority.host,
    port: query.get("port") ?? authority.port,
    user: query.get("user") ?? authority.user,
    password: query.get("password") ?? authority.password,
    database: query.get("dbname") ?? authority.database,
    sslmode: query.get("sslmode"),
    ssl: tlsFromQuery(query),
    options: query.get("options"),
    connectTimeout: query.get("connect_timeout"),
  };
  return Object.fromEntries(
    Object.entries(parts).filter(([, value]) => value !== undefined && value !== ""),
  );
}

function read(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw malformed("it cannot be read as a URL (is a reserved character not percent-encoded?)");
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw malformed("a % in the URL starts no percent-encoded character (write it as %25)");
  }
}

function tlsFromQuery(query: ReadonlyMap<string, string>): Record<string, string> | undefined {
  const files = { ca: "sslrootcert", cert: "sslcert", key: "sslkey" };
  const named = Object.entries(files).flatMap(([option, parameter]) => {
    const file = query.get(parameter);
    return file === undefined || file === "system" ? [] : [[option, pem(parameter, file)]];
  });
  return named.length > 0 ? Object.fromEntries(named) : undefined;
}

function pem(parameter: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw malformed(`${parameter} names a file that cannot be read: ${file}`);
  }
}

function malformed(why: string): IntegrateDbError {
  return new IntegrateDbError("IDB1101", `The connection is malformed: ${why}.`, {
    expected: form,
  });
}
