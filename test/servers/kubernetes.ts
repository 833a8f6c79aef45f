import { generateKeyPairSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { installDebianPackages } from "./install-debian.ts";
import { findProgram } from "./programs.ts";
import { startSupervised, type TestServer } from "./supervised-server.ts";
import { ServerMissing, type Supply, supplied } from "./supply.ts";

interface Programs {
  readonly apiServer: string;
  readonly etcd: string;
}

export const kubernetesSupply: Supply<Programs> = {
  name: "kube-apiserver with etcd",
  async find() {
    const [apiServer, etcd] = [await findProgram("kube-apiserver"), await findProgram("etcd")];
    return apiServer && etcd ? { apiServer, etcd } : undefined;
  },
  async install() {
    if (!(await findProgram("kube-apiserver"))) return "no package registry has kube-apiserver";
    return (await installDebianPackages(["etcd-server"])) ?? undefined;
  },
  hint: "put kube-apiserver on PATH, and apt-get install etcd-server",
};

export interface Kubernetes extends TestServer {
  /** Of an administrator. */
  readonly kubeconfig: string;
  /** Of somebody who may do nothing. */
  readonly powerless: string;
  /** Of somebody whom the server does not know. */
  readonly unknown: string;
  /** Asks the API as the administrator. */
  api<Answer = unknown>(method: string, path: string, body?: object): Promise<Answer>;
}

const tokens = {
  admin: "admin-token-4821",
  powerless: "powerless-token-9034",
  unknown: "no-token",
};

/** The API of Kubernetes with its storage, and no controllers or nodes. */
export async function startKubernetes(): Promise<Kubernetes> {
  const found = await supplied(kubernetesSupply);
  if (found === "container") {
    throw new ServerMissing(kubernetesSupply.name, "two programs", kubernetesSupply.hint);
  }
  let certificate = "";
  const server = await startSupervised({
    name: "kubernetes",
    async programs(folder, port) {
      certificate = join(folder, "certificates", "apiserver.crt");
      return programsIn(found, folder, port);
    },
    isReady: async (port) => {
      const answer = await ask({ port, certificate, token: tokens.admin }, "GET", "/readyz");
      return answer?.status === 200;
    },
  });
  const { port } = server;
  const configOf = async (user: keyof typeof tokens) => {
    const file = join(certificate, "..", "..", `${user}.kubeconfig`);
    await writeFile(file, kubeconfig(port, certificate, tokens[user]));
    return file;
  };
  const api = async <Answer>(method: string, path: string, body?: object) => {
    const answer = await ask({ port, certificate, token: tokens.admin }, method, path, body);
    if (!answer || answer.status >= 400) throw new Error(`${method} ${path}: ${answer?.text}`);
    return JSON.parse(answer.text) as Answer;
  };
  // The namespace default is made a moment after the server says that it is ready.
  while (!(await api("GET", "/api/v1/namespaces/default").catch(() => undefined))) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    ...server,
    kubeconfig: await configOf("admin"),
    powerless: await configOf("powerless"),
    unknown: await configOf("unknown"),
    api,
  };
}

async function programsIn({ apiServer, etcd }: Programs, folder: string, port: number) {
  const key = join(folder, "service-account.pem");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await writeFile(key, privateKey.export({ type: "pkcs1", format: "pem" }));
  const users = `${tokens.admin},admin,1,system:masters\n${tokens.powerless},powerless,2\n`;
  await writeFile(join(folder, "tokens.csv"), users);
  const [client, peer] = [await freePort(), await freePort()];
  const at = (number: number) => `http://127.0.0.1:${number}`;
  return [
    {
      file: etcd,
      args: [
        ["--data-dir", join(folder, "etcd"), "--name", "one", "--unsafe-no-fsync"],
        ["--listen-client-urls", at(client), "--advertise-client-urls", at(client)],
        ["--listen-peer-urls", at(peer), "--initial-advertise-peer-urls", at(peer)],
        ["--initial-cluster", `one=${at(peer)}`],
      ].flat(),
    },
    {
      file: apiServer,
      args: [
        `--etcd-servers=${at(client)}`,
        "--bind-address=127.0.0.1",
        `--secure-port=${port}`,
        `--cert-dir=${join(folder, "certificates")}`,
        `--token-auth-file=${join(folder, "tokens.csv")}`,
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-key-file=${key}`,
        `--service-account-signing-key-file=${key}`,
        "--service-cluster-ip-range=10.0.0.0/24",
      ],
    },
  ];
}

function kubeconfig(port: number, certificate: string, token: string): string {
  const cluster = { server: `https://127.0.0.1:${port}`, "certificate-authority": certificate };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster }],
    users: [{ name: "test", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    "current-context": "test",
  });
}

interface Way {
  readonly port: number;
  readonly certificate: string;
  readonly token: string;
}

/** Undefined where nothing answers. */
async function ask({ port, certificate, token }: Way, method: string, path: string, body?: object) {
  const ca = await readFile(certificate).catch(() => undefined);
  if (ca === undefined) return undefined;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const options = { host: "127.0.0.1", port, method, path, headers, ca };
  return new Promise<{ status: number; text: string } | undefined>((resolve) => {
    const sent = request(options, (answer) => {
      let text = "";
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on("error", () => resolve(undefined));
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
