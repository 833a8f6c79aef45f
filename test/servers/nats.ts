import { join } from "node:path";
import { answers } from "./answers.ts";
import { startContainer } from "./container.ts";
import { installDebianPackages } from "./install-debian.ts";
import { findProgram } from "./programs.ts";
import { startSupervised, type TestServer } from "./supervised-server.ts";
import { type Supply, supplied } from "./supply.ts";

export const natsSupply: Supply<string> = {
  name: "NATS",
  find: () => findProgram("nats-server"),
  install: () => installDebianPackages(["nats-server"]),
  hint: "apt-get install nats-server, brew install nats-server, or start Docker",
};

export interface Nats extends TestServer {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/**
 * A NATS server with JetStream on disk and one user.
 *
 * @param settings further flags of nats-server; with `--auth`, the token in place of the user
 */
export async function startNats(...settings: string[]): Promise<Nats> {
  const file = await supplied(natsSupply);
  const user = "relay";
  const password = "nats-pass-7431";
  const isReady = (port: number) => answers(port, /^INFO /);
  const login = settings.includes("--auth") ? [] : ["--user", user, "--pass", password];
  const flags = ["-js", ...login, ...settings];
  const server =
    file === "container"
      ? await startContainer({ image: "nats:2.12", port: 4222, command: flags, isReady })
      : await startSupervised({
          name: "nats",
          programs: (folder, port) => [
            {
              file,
              args: ["-a", "127.0.0.1", "-p", String(port), "-sd", join(folder, "data"), ...flags],
            },
          ],
          isReady,
        });
  return { ...server, url: `nats://127.0.0.1:${server.port}`, user, password };
}
