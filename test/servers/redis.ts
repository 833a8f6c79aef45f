import { answers } from "./answers.ts";
import { startContainer } from "./container.ts";
import { installDebianPackages } from "./install-debian.ts";
import { findProgram } from "./programs.ts";
import { startSupervised, type TestServer } from "./supervised-server.ts";
import { type Supply, supplied } from "./supply.ts";

export const redisSupply: Supply<string> = {
  name: "Redis",
  find: () => findProgram("redis-server"),
  install: () => installDebianPackages(["redis-server"]),
  hint: "apt-get install redis-server, brew install redis, or start Docker",
};

export interface Redis extends TestServer {
  readonly url: string;
}

/**
 * A Redis that keeps what it has acknowledged through SIGKILL.
 *
 * @param settings further settings, as on the command line of redis-server
 */
export async function startRedis(...settings: string[]): Promise<Redis> {
  const file = await supplied(redisSupply);
  const isReady = (port: number) => answers(port, /PONG|NOAUTH/, "PING\r\n");
  const common = ["--save", "", "--appendonly", "yes", ...settings];
  const server =
    file === "container"
      ? await startContainer({ image: "redis:7.4", port: 6379, command: common, isReady })
      : await startSupervised({
          name: "redis",
          programs: (_, port) => [
            { file, args: ["--bind", "127.0.0.1", "--port", String(port), ...common] },
          ],
          isReady,
        });
  return { ...server, url: `redis://127.0.0.1:${server.port}` };
}
