import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secret } from "@pulumi/pulumi";
import Docker from "dockerode";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { DockerRelayArgs } from "../../components/index.ts";
import { unknownValue } from "../../provider/runtime/unknown.ts";
import { dockerRelay } from "../../provider/runtime/v1/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { Receiver } from "../relay/receiver.ts";
import { RelayImage } from "../relay/relay-image.ts";
import { TcpProxy } from "../relay/tcp-proxy.ts";
import { type DockerApi, startDockerApi } from "../servers/docker-api.ts";
import { useServer } from "../servers/use-server.ts";
import { catalogOf } from "./catalog.ts";
import { type PackedProject, packedProject } from "./packed-project.ts";
import { type Shop, withShop } from "./shop.ts";
import { type Outcome, type TestStack, testStack } from "./stack.ts";

const image = useServer(RelayImage.build);
const api = useServer(startDockerApi);
const name = `integratedb-test-${randomBytes(4).toString("hex")}`;

let postgres: Postgres;
let project: PackedProject;
let shop: Shop;
let stack: TestStack;
let receiver: Receiver;
let proxies: TcpProxy[];
let before: string;
let rebuilt: RelayImage | undefined;

beforeAll(async () => {
  const settings = { wal_level: "logical", log_statement: "all" };
  [postgres, project, receiver] = await Promise.all([
    startPostgres(18, { settings }),
    packedProject(),
    Receiver.start(),
  ]);
  await project.install("dockerode");
  shop = await withShop(postgres);
  stack = await testStack(project, "docker");
  before = await catalogOf(shop);
  const ports = [postgres.port, Number(new URL(receiver.url).port)];
  proxies = await Promise.all(ports.map((port) => TcpProxy.open(port, "0.0.0.0")));
});
afterAll(async () => {
  await stack?.destroy();
  await rebuilt?.stop();
  await Promise.all([receiver.stop(), ...proxies.map((proxy) => proxy.close())]);
  await Promise.all([postgres.stop(), project.remove()]);
});

function declare(further: Partial<DockerRelayArgs> | undefined): void {
  const { name: engine, host, nameOfHost }: DockerApi = api();
  stack.program = async () => {
    const { Claim, Database, DockerRelay, Notification, Stakeholder } = project.integratedb;
    const database = new Database("shop", { connection: secret(shop.url) });
    const stakeholder = new Stakeholder("reporter", { database });
    const match = [{ path: "public.orders", fields: ["id", "status"] }];
    new Claim("orders", { stakeholder, match });
    new Notification("changes", {
      stakeholder,
      match,
      channels: {
        hook: {
          type: "webhook",
          url: `http://${nameOfHost}:${proxies[1]?.port}/hook`,
          mode: "batch",
        },
      },
    });
    if (further === undefined) return {};
    const relay = new DockerRelay("relay", {
      database,
      name,
      image: image().tag,
      pull: "never",
      networks: [name],
      databaseHost: nameOfHost,
      databasePort: proxies[0]?.port ?? 0,
      ...(host === undefined ? {} : { dockerHost: host }),
      ...(engine === "docker" ? { extraHosts: [`${nameOfHost}:host-gateway`] } : {}),
      ...further,
      settings: { allowAddresses: ["0.0.0.0/0"], ...further.settings },
    });
    return { id: relay.containerId, environment: relay.relay.environment };
  };
}

async function succeeded(operation: Promise<Outcome>): Promise<Outcome> {
  const outcome = await operation;
  expect(outcome.ok, outcome.output).toBe(true);
  return outcome;
}

const docker = () => {
  const { host } = api();
  return host === undefined ? new Docker() : new Docker({ socketPath: host.slice(7) });
};
const containers = async () =>
  (await docker().listContainers({ all: true }))
    .flatMap(({ Names }) => Names)
    .filter((each) => each.includes(name));
const insert = (id: number) => shop.sql("insert into orders values ($1, 1, 'open', 1)", [id]);
const arrived = () => receiver.events.map(({ data }) => Number(data.new?.["id"]));

describe("a DockerRelay", () => {
  test("is refused in the preview where no Docker answers, before anything is made", async () => {
    declare({ dockerHost: "unix:///nowhere/docker.sock" });
    const preview = await stack.preview();
    expect(preview.ok).toBe(false);
    expect(preview.output).toContain("IDB1401 No Docker Engine API answers.");
    expect(await catalogOf(shop)).toBe(before);
  });

  let environment: Record<string, string>;
  test("runs, and an event arrives", async () => {
    declare({});
    const { outputs } = await succeeded(stack.up());
    environment = outputs["environment"] as Record<string, string>;
    await insert(100);
    await receiver.received(1);
    expect(arrived()).toEqual([100]);
  });

  test("has its secrets where neither the state, the log nor `docker inspect` shows them", async () => {
    const { INTEGRATEDB_RELAY_DATABASE_URL: url = "", INTEGRATEDB_RELAY_KEY: key = "" } =
      environment;
    const { password } = new URL(url);
    expect(password.length).toBeGreaterThan(20);
    const places = [
      await stack.exportText(),
      await readFile(postgres.logFile, "utf8"),
      JSON.stringify(await docker().getContainer(name).inspect()),
    ];
    for (const place of places) {
      expect(place).not.toContain(password);
      expect(place).not.toContain(key);
    }
  });

  test("has no right that it does not need", async () => {
    const { HostConfig, Config } = await docker().getContainer(name).inspect();
    expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, Memory: 512 * 2 ** 20 });
    expect(HostConfig.RestartPolicy?.Name).toBe("unless-stopped");
    expect(HostConfig.SecurityOpt).toContain("no-new-privileges");
    expect(Config.User).toBe("65532:65532");
  });

  test("is found changed by a refresh, and mended by the next `up`", async () => {
    const clean = await succeeded(stack.refresh());
    expect(clean.output).not.toContain("drift");
    await docker().getContainer(name).stop();
    const refresh = await succeeded(stack.refresh());
    expect(refresh.changes["update"]).toBeGreaterThan(0);
    await insert(101);
    await succeeded(stack.up());
    await receiver.received(2);
    expect(await containers()).toEqual([`/${name}`]);
  });

  test("that becomes no good leaves the one that works, and says what it logged", async () => {
    declare({ settings: { memoryMb: 0 } });
    const up = await stack.up();
    expect(up.ok).toBe(false);
    expect(up.output).toContain("IDB1404 The relay in the container");
    expect(up.output).toMatch(/IDB4001 INTEGRATEDB_RELAY_MEMORY_MB/);
    await insert(102);
    await receiver.received(3);
    expect(await containers()).toEqual([`/${name}`]);
  });

  test("of an image that cannot be had is refused, and the one that works goes on", async () => {
    declare({ image: "localhost/no-such-relay:latest" });
    const up = await stack.up();
    expect(up.ok).toBe(false);
    expect(up.output).toContain("IDB1403 The image localhost/no-such-relay:latest cannot be had.");
    expect(await containers()).toEqual([`/${name}`]);
  });

  test("hands over to a new image under load, and no event is lost or late", async () => {
    rebuilt = await image().rebuilt();
    const load = new Load();
    try {
      await load.start();
      await load.committed(2000);
      declare({ image: rebuilt.tag });
      await succeeded(stack.up());
      await load.stop();
      await vi.waitFor(() => expect(load.missing()).toEqual([]), { timeout: 30_000 });
      const { Config } = await docker().getContainer(name).inspect();
      expect(Config.Labels).toMatchObject({ rebuilt: "yes" });
      const { rows, seconds, latest } = load.figures();
      console.log(
        `   upgrade at ${Math.round(rows / seconds)} rows/s: ${rows} events, the latest ${latest} ms after its commit`,
      );
      // The figure is 5 s on a machine that does nothing else.
      expect(latest).toBeLessThan(15_000);
    } finally {
      await load.stop();
    }
  });

  test("that is gone is found gone by a refresh, and is made again", async () => {
    await docker().getContainer(name).remove({ force: true, v: true });
    await succeeded(stack.refresh());
    await succeeded(stack.up());
    expect(await containers()).toEqual([`/${name}`]);
  });

  test("is refused where another relay reads its slot, and leaves no container", async () => {
    const second = {
      name: `${name}-second`,
      image: image().tag,
      environment,
      slot: "integratedb",
      port: 8080,
      drainSeconds: 1,
      networks: [name],
      timeoutSeconds: 8,
      dockerHost: api().host,
    };
    await expect(dockerRelay.create(second)).rejects.toThrow(
      "IDB1210 Another relay reads the slot integratedb.",
    );
    expect(await containers()).toEqual([`/${name}`]);
  });

  test("is refused where its socket may not be opened", async () => {
    const folder = await mkdtemp(join(tmpdir(), "integratedb-socket-"));
    const server = createServer().listen(join(folder, "docker.sock"));
    await once(server, "listening");
    await chmod(folder, 0);
    const isRoot = process.geteuid?.() === 0;
    // Nothing is refused to root.
    if (isRoot) process.seteuid?.(65_534);
    try {
      const dockerHost = `unix://${folder}/docker.sock`;
      const { failures } = await dockerRelay.check({}, { dockerHost, slot: unknownValue } as never);
      expect(failures?.[0]?.reason).toContain("IDB1402");
    } finally {
      if (isRoot) process.seteuid?.(0);
      server.close();
      await chmod(folder, 0o700);
      await rm(folder, { recursive: true });
    }
  });

  test("leaves nothing behind that is its own", async () => {
    await succeeded(stack.destroy());
    expect(await containers()).toEqual([]);
    const networks = await docker().listNetworks();
    expect(networks.map(({ Name }) => Name)).not.toContain(name);
    expect(await shop.sql("select slot_name from pg_replication_slots")).toEqual([]);
    expect(await catalogOf(shop)).toBe(before);
  });
});

/** A thousand rows a second, and when each was committed and arrived. */
class Load {
  readonly #committedAt = new Map<number, number>();
  readonly #arrivedAt = new Map<number, number>();
  #next = 10_000;
  #running: Promise<void> | undefined;
  #isOver = false;
  #startedAt = 0;
  #endedAt = 0;

  async start(): Promise<void> {
    this.#startedAt = Date.now();
    receiver.onEvent = ({ data }) => {
      const id = Number(data.new?.["id"]);
      if (!this.#arrivedAt.has(id)) this.#arrivedAt.set(id, Date.now());
    };
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    const client = new pg.Client({ connectionString: shop.url });
    await client.connect();
    const statement =
      "insert into orders select i, 1, 'open', 1 from generate_series($1::int, $2) i";
    const rows = 50;
    while (!this.#isOver) {
      const first = this.#next;
      this.#next += rows;
      await client.query(statement, [first, first + rows - 1]);
      const now = Date.now();
      for (let id = first; id < this.#next; id += 1) this.#committedAt.set(id, now);
      const due = this.#startedAt + (this.#next - 10_000);
      if (due > now) await new Promise((resolve) => setTimeout(resolve, due - now));
    }
    this.#endedAt = Date.now();
    await client.end();
  }

  committed(count: number): Promise<void> {
    return vi.waitFor(() => expect(this.#committedAt.size).toBeGreaterThanOrEqual(count), {
      timeout: 30_000,
    });
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  missing(): number[] {
    return [...this.#committedAt.keys()].filter((id) => !this.#arrivedAt.has(id)).slice(0, 10);
  }

  figures(): { rows: number; seconds: number; latest: number } {
    const delays = [...this.#committedAt].map(([id, at]) => (this.#arrivedAt.get(id) ?? 0) - at);
    return {
      rows: delays.length,
      seconds: (this.#endedAt - this.#startedAt) / 1000,
      latest: Math.max(0, ...delays),
    };
  }
}
