import { readFileSync } from "node:fs";
import tls from "node:tls";
import { fileURLToPath } from "node:url";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openKafka } from "../../../relay/channels/kafka.ts";
import { kafkaOptions } from "../../../relay/channels/kafka-options.ts";
import { openNats } from "../../../relay/channels/nats.ts";
import { natsOptions } from "../../../relay/channels/nats-options.ts";
import { openRabbitMq } from "../../../relay/channels/rabbitmq.ts";
import { rabbitMqOptions } from "../../../relay/channels/rabbitmq-options.ts";
import { openRedis } from "../../../relay/channels/redis.ts";
import { redisOptions } from "../../../relay/channels/redis-options.ts";
import type { Channel } from "../../../relay/delivery/channel.ts";
import { freePort } from "../../free-port.ts";
import { startKafka } from "../../servers/kafka.ts";
import { natsSupply, startNats } from "../../servers/nats.ts";
import { rabbitmqSupply, startRabbitMq } from "../../servers/rabbitmq.ts";
import { redisSupply, startRedis } from "../../servers/redis.ts";
import { ServerMissing, type Supply, supplied } from "../../servers/supply.ts";
import { useServer } from "../../servers/use-server.ts";
import { changeEvent } from "../delivery/change-events.ts";
import { channelContext } from "./channel-context.ts";
import { deliver, refusal } from "./outcome.ts";

/**
 * The name in the servers' certificate. Only the relay's guard finds it: a client that resolved it
 * again would find nothing.
 */
const name = "db.test";
vi.mock("node:dns", async (original) => {
  const dns = await original<typeof import("node:dns")>();
  const lookup = (host: string, options: object, callback: (...result: unknown[]) => void) => {
    if (host === "db.test") callback(null, [{ address: "127.0.0.1", family: 4 }]);
    else dns.lookup(host, options, callback);
  };
  return { ...dns, lookup };
});
vi.mock("node:dns/promises", async (original) => {
  const dns = await original<typeof import("node:dns/promises")>();
  const lookup = async (host: string, options: object) =>
    host === "db.test" ? [{ address: "127.0.0.1", family: 4 }] : dns.lookup(host, options);
  return { ...dns, lookup };
});

const file = (of: string) =>
  fileURLToPath(new URL(`../../pulumi/certificates/${of}`, import.meta.url));
const usual = tls.getCACertificates("default");

/** As NODE_EXTRA_CA_CERTS does for a relay. */
beforeAll(() =>
  tls.setDefaultCACertificates([...usual, readFileSync(file("authority.pem"), "utf8")]),
);
const closing: Channel[] = [];
afterAll(() => Promise.all(closing.map((channel) => channel.close())));

/** Servers that read their certificates from files of this machine. */
async function requireProgram(supply: Supply<unknown>): Promise<void> {
  if ((await supplied(supply)) === "container") {
    throw new ServerMissing(supply.name, "only in a container", supply.hint);
  }
}

function opened(channel: Channel): Channel {
  closing.push(channel);
  return channel;
}

/** What holds for each of them. */
function withTls(open: () => Channel): void {
  test("a server whose authority is known is connected to by name", async () => {
    expect(await deliver(open(), changeEvent())).toEqual([]);
  });

  test("a server whose authority is not known gets nothing", async () => {
    tls.setDefaultCACertificates(usual);
    try {
      expect(await refusal(open(), changeEvent())).toMatch(/^IDB4120 .*certificate/i);
    } finally {
      tls.setDefaultCACertificates([...usual, readFileSync(file("authority.pem"), "utf8")]);
    }
  });
}

describe("Redis with TLS", () => {
  const server = useServer(async () => {
    await requireProgram(redisSupply);
    const port = await freePort();
    const started = await startRedis(
      ...["--tls-port", String(port), "--tls-auth-clients", "no"],
      ...["--tls-cert-file", file("server.pem"), "--tls-key-file", file("server.key")],
      ...["--tls-ca-cert-file", file("authority.pem")],
    );
    return { ...started, secure: `rediss://${name}:${port}` };
  });
  withTls(() => opened(openRedis(redisOptions.parse({ url: server().secure }), channelContext())));

  test("what came is there", async () => {
    const client = await createClient({ url: server().url }).connect();
    expect(await client.xLen("integratedb:reporter:reporter-orders")).toBe(1);
    client.destroy();
  });
});

describe("NATS with TLS and a token", () => {
  const token = "nats-token-3581";
  const server = useServer(async () => {
    await requireProgram(natsSupply);
    const flags = ["--tls", "--tlscert", file("server.pem"), "--tlskey", file("server.key")];
    const started = await startNats("--auth", token, ...flags);
    const connection = await connect({
      servers: `127.0.0.1:${started.port}`,
      token,
      tls: { ca: readFileSync(file("authority.pem"), "utf8"), ...{ servername: name } },
    });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: "events", subjects: ["events.>"] });
    await connection.close();
    return started;
  });
  const open = (scheme: string, given = token) => {
    const url = `${scheme}://${name}:${server().port}`;
    const options = natsOptions.parse({ url, token: given, subject: "events.orders" });
    return opened(openNats(options, channelContext()));
  };
  withTls(() => open("tls"));

  test("a URL that does not ask for TLS uses it where the server has it", async () => {
    expect(await deliver(open("nats"), changeEvent({ lsn: 2n }))).toEqual([]);
  });

  test("a wrong token is denied, and not told", async () => {
    const reason = await refusal(open("tls", "wrong-token-8"), changeEvent());
    expect(reason).toMatch(/^IDB4121 /);
    expect(reason).not.toContain("wrong-token-8");
  });
});

describe("NATS by name without TLS", () => {
  const server = useServer(() => startNats());

  test("is connected to at the address that was judged", async () => {
    const { port, user: username, password } = server();
    const options = { url: `nats://${name}:${port}`, username, password, subject: "none.a" };
    const channel = opened(openNats(natsOptions.parse(options), channelContext()));
    // It is there, and has no such stream.
    expect(await refusal(channel, changeEvent())).toMatch(/^IDB4122 /);
  });
});

describe("Kafka by name without TLS", () => {
  const server = useServer(() => startKafka());

  test("is connected to at the address that was judged", async () => {
    const { port, user: username, password } = server();
    const login = { sasl_mechanism: "plain", username, password };
    const options = kafkaOptions.parse({ brokers: `${name}:${port}`, topic: "none", ...login });
    const channel = opened(openKafka(options, channelContext()));
    // It is there, and has no such topic.
    expect(await refusal(channel, changeEvent())).toMatch(/^IDB4122 /);
    const elsewhere = opened(openKafka(options, channelContext({ allow: [] })));
    expect(await refusal(elsewhere, changeEvent())).toMatch(/IDB4103 db.test \(127.0.0.1\)/);
  });
});

describe("RabbitMQ with TLS", () => {
  const server = useServer(async () => {
    await requireProgram(rabbitmqSupply);
    const port = await freePort();
    const started = await startRabbitMq([
      `listeners.ssl.1 = 127.0.0.1:${port}`,
      `ssl_options.cacertfile = ${file("authority.pem")}`,
      `ssl_options.certfile = ${file("server.pem")}`,
      `ssl_options.keyfile = ${file("server.key")}`,
      "ssl_options.verify = verify_none",
    ]);
    return { ...started, secure: `amqps://${name}:${port}` };
  });

  test("no queue takes what is sent to a server whose authority is known", async () => {
    const { secure: url, user: username, password } = server();
    const options = rabbitMqOptions.parse({ url, username, password });
    const channel = opened(openRabbitMq(options, channelContext()));
    // The broker answers: there is no such queue.
    const [failure] = await deliver(channel, changeEvent());
    expect(failure?.reason).toMatch(/^IDB4122 /);
  });

  test("a server whose authority is not known gets nothing", async () => {
    tls.setDefaultCACertificates(usual);
    const { secure: url, user: username, password } = server();
    const options = rabbitMqOptions.parse({ url, username, password });
    const channel = opened(openRabbitMq(options, channelContext()));
    expect(await refusal(channel, changeEvent())).toMatch(/^IDB4120 .*certificate/i);
  });
});
