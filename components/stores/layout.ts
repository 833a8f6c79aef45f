import * as pulumi from "@pulumi/pulumi";
import type { Stakeholder } from "../stakeholder.ts";

/** The outputs of a stakeholder, as a layout's function gets them. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** `postgresql://username:password@host:port/database` */
  readonly uri: string;
}

/**
 * How credentials are written, by name:
 *
 * - `json`: the keys of AWS's rotation templates: engine, host, port, username, password, dbname
 * - `uri`: the URL alone
 * - `env`: the variables of libpq (PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE) and DATABASE_URL
 * - `servicebinding`: the keys of servicebinding.io: type, host, port, username, password, database,
 *   uri
 */
export type LayoutName = "json" | "uri" | "env" | "servicebinding";

/** The layout of a store whose entries are texts. What is no text is written as JSON. */
export type TextLayout = LayoutName | ((credentials: Credentials) => string | TextsByKey);

/** The layout of a store whose entries are texts by key. */
export type KeyedLayout = LayoutName | ((credentials: Credentials) => TextsByKey);

/** Texts or numbers by key, of letters, digits, `_`, `.` and `-`. */
export type TextsByKey = Readonly<Record<string, string | number>>;

const named: Record<LayoutName, (credentials: Credentials) => TextsByKey> = {
  // https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
  json: ({ host, port, username, password, database }) => ({
    engine: "postgres",
    host,
    port,
    username,
    password,
    dbname: database,
  }),
  uri: ({ uri }) => ({ uri }),
  // https://www.postgresql.org/docs/current/libpq-envars.html
  env: ({ host, port, username, password, database, uri }) => ({
    PGHOST: host,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: password,
    PGDATABASE: database,
    DATABASE_URL: uri,
  }),
  // https://servicebinding.io/spec/core/1.1.0/#well-known-secret-entries
  servicebinding: (credentials) => ({ type: "postgresql", ...credentials }),
};

/** The content of an entry that is one text, a secret. */
export function textContent(stakeholder: Stakeholder, layout: TextLayout): pulumi.Output<string> {
  return credentialsOf(stakeholder).apply((credentials) => {
    if (layout === "uri") return credentials.uri;
    if (layout === "env") return environmentFile(named.env(credentials));
    const made = typeof layout === "function" ? layout(credentials) : named[layout](credentials);
    return typeof made === "string" ? made : JSON.stringify(made);
  });
}

/** The content of an entry that is texts by key, a secret. */
export function keyedContent(
  stakeholder: Stakeholder,
  layout: KeyedLayout,
): pulumi.Output<TextsByKey> {
  return credentialsOf(stakeholder).apply((credentials) =>
    typeof layout === "function" ? layout(credentials) : named[layout](credentials),
  );
}

function credentialsOf(stakeholder: Stakeholder): pulumi.Output<Credentials> {
  const { username, password, host, port, database, uri } = stakeholder;
  return pulumi.secret({ username, password, host, port, database, uri });
}

/** The lines of a `.env` file. Its readers agree on single quotes, between which nothing is special. */
function environmentFile(variables: TextsByKey): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quoted(String(value))}\n`)
    .join("");
}

function quoted(value: string): string {
  return value.includes("'") ? JSON.stringify(value) : `'${value}'`;
}
