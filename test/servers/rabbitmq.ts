import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { answers } from "./answers.ts";
import { startContainer } from "./container.ts";
import { installDebianPackages } from "./install-debian.ts";
import { findProgram } from "./programs.ts";
import { startSupervised, type TestServer } from "./supervised-server.ts";
import { type Supply, supplied } from "./supply.ts";

interface Programs {
  readonly epmd: string;
  readonly server: string;
}

/** Debian's program on PATH wants to become another user; the one behind it runs as anybody. */
const debianFolders = ["/usr/lib/rabbitmq/bin"];

export const rabbitmqSupply: Supply<Programs> = {
  name: "RabbitMQ",
  find: async () => {
    const [epmd, server] = await Promise.all([
      findProgram("epmd"),
      findProgram("rabbitmq-server", debianFolders),
    ]);
    return epmd && server ? { epmd, server } : undefined;
  },
  install: () => installDebianPackages(["rabbitmq-server"]),
  hint: "apt-get install rabbitmq-server, brew install rabbitmq, or start Docker",
};

/** Bytes that a message may have. */
const largestMessage = 2 * 1024 * 1024;

export interface RabbitMq extends TestServer {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Bytes that a message may have. */
  readonly largestMessage: number;
}

/**
 * A RabbitMQ node with an epmd of its own, so that it meets no other node of this machine.
 *
 * @param settings further lines of rabbitmq.conf, which a container does not get
 */
export async function startRabbitMq(settings: readonly string[] = []): Promise<RabbitMq> {
  const found = await supplied(rabbitmqSupply);
  const user = "relay";
  const password = "rabbit-pass-9127";
  const isReady = (port: number) => answers(port, /^AMQP/, "HELLO\r\n\r\n");
  const server =
    found === "container"
      ? await startContainer({
          image: "rabbitmq:4",
          port: 5672,
          environment: () => ({ RABBITMQ_DEFAULT_USER: user, RABBITMQ_DEFAULT_PASS: password }),
          isReady,
        })
      : await startSupervised({
          name: "rabbitmq",
          programs: (folder, port) =>
            nodePrograms(found, folder, port, [
              `default_user = ${user}`,
              `default_pass = ${password}`,
              ...settings,
            ]),
          isReady,
        });
  return { ...server, url: `amqp://127.0.0.1:${server.port}`, user, password, largestMessage };
}

async function nodePrograms(
  { epmd, server }: Programs,
  folder: string,
  port: number,
  given: readonly string[],
) {
  const [epmdPort, distributionPort] = [await freePort(), await freePort()];
  const settings = [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    `distribution.listener.interface = 127.0.0.1`,
    `distribution.listener.port_range.min = ${distributionPort}`,
    `distribution.listener.port_range.max = ${distributionPort}`,
    ...given,
    "vm_memory_high_watermark.absolute = 1GB",
    "disk_free_limit.absolute = 50MB",
    `max_message_size = ${largestMessage}`,
    "log.console = true",
    "log.console.level = warning",
  ];
  await writeFile(join(folder, "rabbitmq.conf"), `${settings.join("\n")}\n`);
  await writeFile(join(folder, "enabled_plugins"), "[].\n");
  const env = {
    HOME: folder,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: "127.0.0.1",
    RABBITMQ_NODENAME: `test-${port}@localhost`,
    RABBITMQ_CONFIG_FILE: join(folder, "rabbitmq.conf"),
    RABBITMQ_CONF_ENV_FILE: "/dev/null",
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "enabled_plugins"),
    RABBITMQ_MNESIA_BASE: join(folder, "mnesia"),
    RABBITMQ_FEATURE_FLAGS_FILE: join(folder, "feature_flags"),
    RABBITMQ_LOG_BASE: join(folder, "log"),
    RABBITMQ_LOGS: "-",
    // By default idle schedulers spin, which takes a core from the tests.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none",
  };
  return [
    { file: epmd, args: ["-port", String(epmdPort), "-address", "127.0.0.1"], env },
    { file: server, args: [], env },
  ];
}
