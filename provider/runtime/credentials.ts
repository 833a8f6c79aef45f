import type { Connection } from "./connection-form.ts";

/** What a stakeholder's application needs to connect. `password` and `uri` are secrets. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** `postgresql://username:password@host:port/database`, with the `sslmode` of the connection. */
  readonly uri: string;
}

/** The credentials of a login at the place to which a connection leads. */
export function credentials(place: Connection, username: string, password: string): Credentials {
  const { host, port, database } = place;
  return { username, password, host, port, database, uri: uriOf(place, username, password) };
}

function uriOf({ host, port, database, sslmode }: Connection, user: string, password: string) {
  const isSocket = host.startsWith("/");
  const authority = isSocket ? "" : `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const query = new URLSearchParams();
  if (isSocket) {
    query.set("host", host);
    query.set("port", String(port));
  }
  if (sslmode !== undefined) query.set("sslmode", sslmode === "no-verify" ? "require" : sslmode);
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const parameters = query.size > 0 ? `?${query}` : "";
  return `postgresql://${login}@${authority}/${encodeURIComponent(database)}${parameters}`;
}
