import { readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where Vault is. What is not stated is taken from the variables that Vault's own tools read. */
export interface VaultPlace {
  /** `VAULT_ADDR` by default. */
  readonly address?: string | undefined;
  /** `VAULT_NAMESPACE` by default. */
  readonly namespace?: string | undefined;
}

/** What Vault answered. */
export interface VaultAnswer {
  readonly status: number;
  /** The member `data` of the answer. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** An answer of Vault that is an error. */
export class VaultError extends Error {
  readonly status: number;

  constructor(status: number, says: string) {
    super(says);
    this.name = "VaultError";
    this.status = status;
  }
}

export interface VaultRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "LIST";
  /** Below `/v1/`, its parts encoded. */
  readonly path: string;
  readonly body?: object | undefined;
}

/** Asks one Vault server, as the identity of the environment. */
export type VaultClient = (request: VaultRequest) => Promise<VaultAnswer>;

/**
 * A client of the HTTP API of Vault or OpenBao. The token is the one of `VAULT_TOKEN`, else what
 * `vault login` has left in `~/.vault-token`; `VAULT_CACERT` and `VAULT_SKIP_VERIFY` are minded.
 *
 * @throws VaultError with status 401 where there is no token, and 400 where there is no address
 */
export async function vaultClient(place: VaultPlace, signal: AbortSignal): Promise<VaultClient> {
  const env = process.env;
  const address = place.address ?? env["VAULT_ADDR"];
  if (!address) throw new VaultError(400, "no address is stated, and VAULT_ADDR is not set");
  const namespace = place.namespace ?? env["VAULT_NAMESPACE"];
  const token = env["VAULT_TOKEN"] || (await tokenOfLogin());
  if (!token) throw new VaultError(401, "VAULT_TOKEN is not set, and nobody has run vault login");
  const tls = {
    ...(env["VAULT_CACERT"] ? { ca: await readFile(env["VAULT_CACERT"]) } : {}),
    ...(/^(1|t|true)$/i.test(env["VAULT_SKIP_VERIFY"] ?? "") ? { rejectUnauthorized: false } : {}),
  };
  const headers = {
    "x-vault-token": token,
    "x-vault-request": "true",
    ...(namespace ? { "x-vault-namespace": namespace } : {}),
  };
  return async ({ method, path, body }) => {
    const url = new URL(`${address.replace(/\/+$/, "")}/v1/${path}`);
    const { status, text } = await send(url, { method, headers, signal, ...tls }, body);
    const { data, errors } = parsed(text);
    if (status < 400) return { status, data: isObject(data) ? data : {} };
    // A deleted secret of KV is answered with status 404 and its metadata.
    if (status === 404 && isObject(data)) return { status, data };
    const says =
      Array.isArray(errors) && errors.length > 0 ? inOneLine(errors) : `status ${status}`;
    throw new VaultError(status, says);
  };
}

/** Vault lists several errors in lines of their own, below a line that counts them. */
function inOneLine(errors: readonly unknown[]): string {
  return errors
    .flatMap((error) => String(error).split(/\s*\n\s*/))
    .filter((line) => line !== "" && !/^\d+ errors? occurred:$/.test(line))
    .map((line) => line.replace(/^\* /, ""))
    .join("; ");
}

function send(
  url: URL,
  options: object,
  body: object | undefined,
): Promise<{ status: number; text: string }> {
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("error", reject);
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** A proxy that answers in Vault's place may not answer in JSON. */
function parsed(text: string): { data?: unknown; errors?: unknown } {
  try {
    const answer: unknown = JSON.parse(text);
    return isObject(answer) ? answer : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function tokenOfLogin(): Promise<string> {
  const text = await readFile(join(homedir(), ".vault-token"), "utf8").catch(() => "");
  return text.trim();
}
