import { startContainer } from "./container.ts";
import { findProgram } from "./programs.ts";
import { startSupervised, type TestServer } from "./supervised-server.ts";
import { type Supply, supplied } from "./supply.ts";

export const vaultSupply: Supply<string> = {
  name: "Vault",
  find: async () => (await findProgram("vault")) ?? findProgram("bao"),
  install: async () => "no package registry has it",
  hint: "put vault or bao on PATH (https://developer.hashicorp.com/vault/install), or start Docker",
};

/** Vault as `vault server -dev` starts it: unsealed, in memory, with KV version 2 at `secret`. */
export interface Vault extends TestServer {
  /** As of the variable VAULT_ADDR. */
  readonly url: string;
  /** The root token, as of the variable VAULT_TOKEN. */
  readonly token: string;
  /** Whether it runs on this machine, so that it can reach servers on 127.0.0.1. */
  readonly isLocal: boolean;
  /**
   * Asks the HTTP API with the root token, or another one.
   *
   * @param path below `/v1/`
   * @returns the answer's JSON, an empty object where it has none
   * @throws on an answer with status 400 or more, with its text
   */
  api<Answer = unknown>(
    method: string,
    path: string,
    body?: object,
    token?: string,
  ): Promise<Answer>;
}

const token = "vault-root-token";

/** Starts a development server. It keeps all in memory: `kill` loses it. */
export async function startVault(): Promise<Vault> {
  const file = await supplied(vaultSupply);
  const isReady = (port: number) =>
    fetch(`http://127.0.0.1:${port}/v1/sys/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  const command = ["server", "-dev", `-dev-root-token-id=${token}`, "-dev-no-store-token"];
  const env = { VAULT_DISABLE_MLOCK: "1", BAO_DISABLE_MLOCK: "1" };
  const server =
    file === "container"
      ? await startContainer({
          image: "hashicorp/vault:1.21",
          port: 8200,
          command: [...command, "-dev-listen-address=0.0.0.0:8200"],
          environment: () => ({ ...env, SKIP_SETCAP: "1" }),
          isReady,
        })
      : await startSupervised({
          name: "vault",
          programs: (folder, port) => [
            {
              file,
              args: [...command, `-dev-listen-address=127.0.0.1:${port}`],
              env: { ...env, HOME: folder },
            },
          ],
          isReady,
        });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    ...server,
    url,
    token,
    isLocal: file !== "container",
    async api(method, path, body, asToken = token) {
      const answer = await fetch(`${url}/v1/${path}`, {
        method,
        headers: { "X-Vault-Token": asToken },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text === "" ? {} : JSON.parse(text);
    },
  };
}
