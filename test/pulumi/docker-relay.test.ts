import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { DockerRelayArgs } from "../../components/index.ts";
import { unknownValue } from "../../provider/runtime/unknown.ts";
import { dockerRelay } from "../../provider/runtime/v1/index.ts";
import { runCommand } from "../../scripts/command.ts";
import { freePort } from "../free-port.ts";
import { RelayImage } from "../relay/relay-image.ts";
import { type DockerApi, startDockerApi } from "../servers/docker-api.ts";
import { useServer } from "../servers/use-server.ts";
import { TcpProxy } from "../tcp-proxy.ts";
import { catalogOf } from "./catalog.ts";
import { type RelayedShop, relayedShop } from "./relayed-shop.ts";
import type { Outcome } from "./stack.ts";
import { UpgradeLoad } from "./upgrade-load.ts";

const image = useServer(RelayImage.build);
const api = useServer(startDockerApi);
const name = `integratedb-test-${randomBytes(4).toString("hex")}`;

let postgres: RelayedShop["postgres"];
let project: RelayedShop["project"];
let shop: RelayedShop["shop"];
let stack: RelayedShop["stack"];
let receiver: RelayedShop["receiver"];
let before: string;
let relayed: RelayedShop;
let proxies: TcpProxy[];
let environment: Record<string, string>;
let rebuilt: RelayImage | undefined;

beforeAll(async () => {
  relayed = await relayedShop("docker");
  ({ postgres, project, shop, stack, receiver, before } = relayed);
  const ports = [postgres.port, Number(new URL(receiver.url).port)];
  proxies = await Promise.all(ports.map((port) => TcpProxy.open(port, "0.0.0.0")));
});
afterAll(async () => {
  await stack?.destroy();
  await rebuilt?.stop();
  await Promise.all((proxies ?? []).map((proxy) => proxy.close()));
  await relayed?.stop();
});

function declare(further: Partial<DockerRelayArgs> | undefined): void {
  const { nameOfHost }: DockerApi = api();
  const { dockerHost, extraHosts } = wayToHost();
  stack.program = async () => {
    const database = relayed.declare(`http://${nameOfHost}:${proxies[1]?.port}/hook`);
    if (further === undefined) return {};
    const relay = new project.integratedb.DockerRelay("relay", {
      database,
      name,
      image: image().tag,
      pull: "never",
      networks: [name],
      databaseHost: nameOfHost,
      databasePort: proxies[0]?.port ?? 0,
      ...(dockerHost === undefined ? {} : { dockerHost }),
      ...(extraHosts === undefined ? {} : { extraHosts }),
      ...further,
      settings: { allowAddresses: ["0.0.0.0/0"], ...further.settings },
    });
    return { id: relay.containerId, environment: relay.relay.environment };
  };
}

/** How the container reaches this machine. */
function wayToHost() {
  const { name: engine, nameOfHost, host: dockerHost } = api();
  const extraHosts = engine === "docker" ? [`${nameOfHost}:host-gateway`] : undefined;
  return { dockerHost, extraHosts };
}

type DockerRelayState = Parameters<typeof dockerRelay.delete>[1];

/** Another container with the relay's login and slot, as the resource is given it. */
function second(further: Partial<DockerRelayState> = {}): DockerRelayState {
  return {
    name: `${name}-second`,
    image: image().tag,
    environment,
    slot: "integratedb",
    port: 8080,
    drainSeconds: 1,
    networks: [name],
    timeoutSeconds: 8,
    ...wayToHost(),
    ...further,
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
const networkNames = async () => (await docker().listNetworks()).map(({ Name }) => Name);
const insert = (id: number) => shop.sql("insert into orders values ($1, 1, 'open', 1)", [id]);
const arrived = () => receiver.events.map(({ data }) => Number(data.new?.["id"]));

describe("a DockerRelay", () => {
  test("is refused in the preview where the client of Docker is not installed", async () => {
    const script = `const { dockerRelay } = await import("@integratedb/pulumi/runtime/v1");
      const { failures } = await dockerRelay.check({}, { slot: "${unknownValue}" });
      console.log(failures[0].reason);`;
    const args = ["--input-type=module", "--eval", script];
    const { output } = await runCommand(process.execPath, args, { cwd: project.folder });
    expect(output).toContain(
      "IDB1401 The package dockerode is not installed. Add it to the program: npm install dockerode.",
    );
    await project.install("dockerode");
  });

  test("is refused in the preview where no Docker answers, before anything is made", async () => {
    declare({ dockerHost: "unix:///nowhere/docker.sock" });
    const preview = await stack.preview();
    expect(preview.ok).toBe(false);
    expect(preview.output).toContain("IDB1401 No Docker Engine API answers.");
    expect(await catalogOf(shop)).toBe(before);
  });

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
    const load = new UpgradeLoad(shop.url, receiver);
    try {
      await load.committed(2000);
      declare({ image: rebuilt.tag });
      await succeeded(stack.up());
      await load.stop();
      await load.delivered();
    } finally {
      await load.stop();
    }
    const { Config } = await docker().getContainer(name).inspect();
    expect(Config.Labels).toMatchObject({ rebuilt: "yes" });
    expect(load.problems()).toEqual([]);
    const { rows, rowsPerSecond, latest } = load.figures();
    console.log(
      `   upgrade at ${Math.round(rowsPerSecond)} rows/s: ${rows} events, the latest ${Math.round(latest)} ms after its commit`,
    );
    expect(rowsPerSecond).toBeGreaterThan(1000);
    expect(latest).toBeLessThan(5_000);
  });

  test("that is gone is found gone by a refresh, and is made again", async () => {
    await docker().getContainer(name).remove({ force: true, v: true });
    await succeeded(stack.up({ refresh: true }));
    expect(await containers()).toEqual([`/${name}`]);
  });

  test("is refused where another relay reads its slot, and leaves no container", async () => {
    await expect(dockerRelay.create(second())).rejects.toThrow(
      "IDB1210 Another relay reads the slot integratedb.",
    );
    expect(await containers()).toEqual([`/${name}`]);
  });

  test("is refused a name that another container has, which goes on", async () => {
    const other = await docker().createContainer({ name: `${name}-second`, Image: image().tag });
    try {
      const taken = `IDB1405 There is a container ${name}-second already.`;
      await expect(dockerRelay.create(second())).rejects.toThrow(taken);
      const { Id } = await docker().getContainer(name).inspect();
      const old = { ...second({ name }), containerId: Id };
      await expect(dockerRelay.update(name, old, second())).rejects.toThrow(taken);
      expect(await containers()).toHaveLength(2);
    } finally {
      await other.remove({ v: true });
    }
    await insert(103);
    await vi.waitFor(() => expect(arrived()).toContain(103), { timeout: 20_000 });
  });

  test("is refused a port of the host that something else has, and leaves nothing", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const networks = [`${name}-other`];
    try {
      const wish = second({ publish: `127.0.0.1:${port}`, networks });
      await expect(dockerRelay.create(wish)).rejects.toThrow(
        /^IDB1406 The Docker Engine API refused: .*address already in use/s,
      );
    } finally {
      server.close();
    }
    expect(await containers()).toEqual([`/${name}`]);
    expect(await networkNames()).not.toContain(networks[0]);
  });

  test("that does not reach its database is refused with what it logged, and leaves nothing", async () => {
    const url = new URL(environment["INTEGRATEDB_RELAY_DATABASE_URL"] ?? "");
    url.port = String(await freePort());
    const elsewhere = { ...environment, INTEGRATEDB_RELAY_DATABASE_URL: url.href };
    const networks = [`${name}-other`];
    const wish = second({ environment: elsewhere, networks, timeoutSeconds: 6 });
    const refused = dockerRelay.create(wish);
    await expect(refused).rejects.toThrow(
      /^IDB1404 The relay in the container .* is not ready: not ready after 6 s.* Its last log lines:\n.*ECONNREFUSED/s,
    );
    await expect(refused).rejects.not.toThrow(url.password);
    expect(await containers()).toEqual([`/${name}`]);
    expect(await networkNames()).not.toContain(networks[0]);
  });

  describe("with a port of the host", () => {
    let publish: string;
    let made: DockerRelayState;
    beforeAll(async () => {
      await docker().getContainer(name).stop();
      publish = `127.0.0.1:${await freePort()}`;
    });
    afterAll(async () => {
      // The network belongs to the other one.
      await dockerRelay.delete("", { ...made, ownNetworks: [] });
      await docker().getContainer(name).start();
    });
    const isReady = async () => (await fetch(`http://${publish}/readyz`)).status;

    test("is made although an update that was cut off has left another one", async () => {
      await dockerRelay.create(second({ publish }));
      await docker()
        .getContainer(`${name}-second`)
        .rename({ name: `${name}-second-next` });
      ({ outs: made } = await dockerRelay.create(second({ publish })));
      expect(await isReady()).toBe(200);
    });

    test("hands it over, and no event is lost", async () => {
      const before = made.containerId;
      const news = second({ publish, memoryMb: 256 });
      const update = dockerRelay.update("", made, news);
      await insert(104);
      ({ outs: made } = await update);
      await vi.waitFor(() => expect(arrived()).toContain(104), { timeout: 20_000 });
      expect(made.containerId).not.toBe(before);
      expect(await isReady()).toBe(200);
    });

    test("has it again where the new one is no good", async () => {
      const bad = { ...environment, INTEGRATEDB_RELAY_MEMORY_MB: "0" };
      const update = dockerRelay.update("", made, second({ publish, environment: bad }));
      await expect(update).rejects.toThrow("IDB1404");
      await vi.waitFor(async () => expect(await isReady()).toBe(200), { timeout: 20_000 });
      expect((await containers()).sort()).toEqual([`/${name}`, `/${name}-second`]);
    });
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

  test("asks an engine over TLS, with the certificates in DOCKER_CERT_PATH", async () => {
    const place = new URL("certificates/", import.meta.url);
    const [cert, key] = await Promise.all(
      ["localhost.pem", "localhost.key"].map((file) => readFile(new URL(file, place))),
    );
    const way = { ca: cert, cert, key, requestCert: true, rejectUnauthorized: true };
    const socketPath = api().host?.slice(7) ?? "/var/run/docker.sock";
    const server = createTlsServer(way, (socket) => {
      const engine = connect(socketPath);
      for (const each of [socket, engine]) each.on("error", () => undefined);
      socket.pipe(engine).pipe(socket);
    }).listen(0, "localhost");
    await once(server, "listening");
    const folder = await mkdtemp(join(tmpdir(), "integratedb-certificates-"));
    const files = { "ca.pem": cert, "cert.pem": cert, "key.pem": key };
    for (const [file, content] of Object.entries(files)) {
      await writeFile(join(folder, file), content ?? "");
    }
    const dockerHost = `https://localhost:${(server.address() as AddressInfo).port}`;
    const check = () => dockerRelay.check({}, { dockerHost, slot: unknownValue } as never);
    try {
      expect((await check()).failures?.[0]?.reason).toContain(
        "IDB1401 No Docker Engine API answers.",
      );
      vi.stubEnv("DOCKER_CERT_PATH", folder);
      expect((await check()).failures ?? []).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
      server.close();
      await rm(folder, { recursive: true });
    }
  });

  test("leaves nothing behind that is its own", async () => {
    await succeeded(stack.destroy());
    expect(await containers()).toEqual([]);
    expect(await networkNames()).not.toContain(name);
    expect(await shop.sql("select slot_name from pg_replication_slots")).toEqual([]);
    expect(await catalogOf(shop)).toBe(before);
  });
});
