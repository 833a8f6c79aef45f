import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../../scripts/command.ts";
import { freePort } from "../free-port.ts";
import { answers } from "./answers.ts";
import { startContainer } from "./container.ts";
import { findKafka, installKafka, type Kafka } from "./kafka-jars.ts";
import { startSupervised, type TestServer } from "./supervised-server.ts";
import { type Supply, supplied } from "./supply.ts";

export const kafkaSupply: Supply<Kafka> = {
  name: "Kafka",
  find: findKafka,
  install: installKafka,
  hint: "install Java 17 and Maven (apt-get install default-jre-headless maven), or start Docker",
};

export interface KafkaServer extends TestServer {
  /** `host:port` of the one broker. */
  readonly broker: string;
  /** Who may do everything, by SASL PLAIN. */
  readonly user: string;
  readonly password: string;
}

const user = "relay";
const password = "kafka-pass-6034";

const settingsOfAll = {
  "process.roles": "broker,controller",
  "node.id": "1",
  "controller.listener.names": "CONTROLLER",
  "inter.broker.listener.name": "CLIENT",
  "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,CLIENT:SASL_PLAINTEXT",
  "sasl.enabled.mechanisms": "PLAIN",
  "sasl.mechanism.inter.broker.protocol": "PLAIN",
  "listener.name.client.plain.sasl.jaas.config": `org.apache.kafka.common.security.plain.PlainLoginModule required username="${user}" password="${password}" user_${user}="${password}";`,
  "auto.create.topics.enable": "false",
  "offsets.topic.replication.factor": "1",
  "offsets.topic.num.partitions": "1",
  "transaction.state.log.replication.factor": "1",
  "transaction.state.log.min.isr": "1",
  "group.initial.rebalance.delay.ms": "0",
  "log.cleaner.enable": "false",
  // A node that was killed may register again when the controller has missed it for so long.
  "broker.session.timeout.ms": "2000",
  "broker.heartbeat.interval.ms": "500",
};

/** ApiVersions, version 0, with "asks" as its correlation id, which the answer repeats. */
const apiVersionsRequest = Buffer.from([
  0,
  0,
  0,
  10,
  0,
  18,
  0,
  0,
  ...Buffer.from("asks"),
  255,
  255,
]);

/** One Kafka node that is broker and controller; topics are not made by themselves. */
export async function startKafka(): Promise<KafkaServer> {
  const found = await supplied(kafkaSupply);
  const isReady = (port: number) => answers(port, /asks/, apiVersionsRequest);
  const server =
    found === "container"
      ? await startContainer({
          image: "apache/kafka:4.1.0",
          port: 9092,
          environment: (port) => containerSettings(port),
          isReady,
        })
      : await startSupervised({
          name: "kafka",
          programs: (folder, port) => nodePrograms(found, folder, port),
          isReady,
        });
  return { ...server, broker: `127.0.0.1:${server.port}`, user, password };
}

async function nodePrograms({ java, classPath }: Kafka, folder: string, port: number) {
  const controller = await freePort();
  const settings = {
    ...settingsOfAll,
    listeners: `CLIENT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    "advertised.listeners": `CLIENT://127.0.0.1:${port}`,
    "controller.quorum.voters": `1@127.0.0.1:${controller}`,
    "log.dirs": join(folder, "data"),
  };
  const file = join(folder, "server.properties");
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  await writeFile(file, `${lines.join("\n")}\n`);
  const jvm = ["-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath];
  const cluster = randomBytes(16).toString("base64url");
  const format = [...jvm, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", file];
  const { code, output } = await runCommand(java, format, { cwd: folder });
  if (code !== 0) throw new Error(`Kafka's storage could not be formatted: ${output.slice(-2000)}`);
  return [{ file: java, args: [...jvm, "kafka.Kafka", file] }];
}

function containerSettings(port: number): Record<string, string> {
  const settings = {
    ...settingsOfAll,
    listeners: "CLIENT://:9092,CONTROLLER://:9093",
    "advertised.listeners": `CLIENT://127.0.0.1:${port}`,
    "controller.quorum.voters": "1@localhost:9093",
  };
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `KAFKA_${name.toUpperCase().replaceAll(".", "_")}`,
      value,
    ]),
  );
}
