import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import type { Connection } from "./connection-form.ts";

/** The modes of libpq, and `no-verify` of node-postgres, which is libpq's `require`. */
export const sslModes = [
  "disable",
  "allow",
  "prefer",
  "require",
  "no-verify",
  "verify-ca",
  "verify-full",
] as const;

/** How one attempt to connect uses TLS, and whether it may be repeated without. */
export interface TlsChoice {
  readonly ssl: false | ConnectionOptions;
  readonly plainIfRefused: boolean;
}

/**
 * What `sslmode` and the TLS options ask for, with the meaning that libpq gives to each mode
 * (https://www.postgresql.org/docs/current/libpq-ssl.html). Nothing stated means `prefer`: TLS
 * where the server has it. Stated TLS options mean `verify-full`, less what they switch off.
 */
export function chooseTls(connection: Connection): TlsChoice {
  const stated = typeof connection.ssl === "object" ? connection.ssl : {};
  const mode = connection.sslmode ?? impliedMode(connection);
  if (mode === "disable") return { ssl: false, plainIfRefused: false };
  const verifiesChain =
    stated.rejectUnauthorized ??
    (mode === "verify-full" || mode === "verify-ca" || stated.ca !== undefined);
  const name = stated.servername;
  const identity =
    mode !== "verify-full"
      ? { checkServerIdentity: () => undefined }
      : name !== undefined
        ? { checkServerIdentity: identityOf(name) }
        : {};
  return {
    ssl: { ...stated, ...identity, rejectUnauthorized: verifiesChain },
    plainIfRefused: mode === "prefer" || mode === "allow",
  };
}

function impliedMode({ ssl }: Connection): (typeof sslModes)[number] {
  if (ssl === undefined) return "prefer";
  return ssl === false ? "disable" : "verify-full";
}

/** pg overwrites `servername` with a host that is a name, so the check has to insist on it. */
function identityOf(servername: string): NonNullable<ConnectionOptions["checkServerIdentity"]> {
  return (_host, certificate) => checkServerIdentity(servername, certificate);
}
