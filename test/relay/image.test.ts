import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useServer } from "../servers/use-server.ts";
import { Receiver } from "./receiver.ts";
import type { RelayContainer } from "./relay-container.ts";
import { RelayImage } from "./relay-image.ts";
import { RelayStage } from "./relay-stage.ts";

const image = useServer(RelayImage.build);

describe("the relay's image", () => {
  let stage: RelayStage;
  let receiver: Receiver;
  let container: RelayContainer | undefined;
  beforeAll(async () => {
    stage = await RelayStage.start();
    receiver = await Receiver.start();
  });
  afterAll(async () => {
    await container?.remove();
    await receiver?.stop();
    await stage?.stop();
  });

  test("is ready less than 3 s after its container is started", async () => {
    const begin = performance.now();
    container = await image().start(stage.settings());
    await container.ready();
    const took = performance.now() - begin;
    // Nanoseconds in which another process had the processor that it could have used.
    const script = `console.log(require("node:fs").readFileSync("/proc/1/schedstat", "utf8"))`;
    const [, waited] = (await container.exec("node", "-e", script)).output.split(" ");
    expect(took - Number(waited) / 1e6).toBeLessThan(3_000);
  });

  test("runs with a read-only file system and no capability, and delivers an event", async () => {
    await stage.notify("orders", {
      match: [{ path: "public.orders", fields: ["id", "status"] }],
      channels: { hook: { type: "webhook", url: receiver.url } },
    });
    await stage.sql("INSERT INTO orders VALUES (1, 'open', 12.5)");
    const [event] = await receiver.received(1);
    expect(event?.data.new).toEqual({ id: "1", status: "open" });
  });

  test("is well, as its health check finds", async () => {
    expect(await container?.isHealthy()).toBe(true);
  });

  test("is not well, as its health check finds, where nothing answers", async () => {
    const elsewhere = `process.env.INTEGRATEDB_RELAY_LISTEN = "127.0.0.1:1";`;
    const check = `${elsewhere} import("/app/dist/health-check.js")`;
    expect(await container?.exec("node", "-e", check)).toMatchObject({ code: 1 });
  });

  test("has no right that it does not need", async () => {
    // The image has no shell.
    const run = async (script: string) => {
      const program = `const fs = require("node:fs"); ${script}`;
      return (await container?.exec("node", "-e", program))?.output ?? "";
    };
    const status = await run(`console.log(fs.readFileSync("/proc/1/status", "utf8"))`);
    expect(status).toMatch(/^Uid:\t65532\t65532\t65532\t65532$/m);
    expect(status).toMatch(/^Gid:\t65532\t65532\t65532\t65532$/m);
    for (const set of ["CapPrm", "CapEff", "CapBnd", "CapAmb"]) {
      expect(status).toMatch(new RegExp(`^${set}:\t0+$`, "m"));
    }
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    for (const folder of ["/app", "/tmp", "/etc"]) {
      expect(await run(`fs.writeFileSync("${folder}/x", "")`)).toContain("EROFS");
    }
    const files = `fs.readdirSync("/app", { recursive: true }).sort()`;
    expect(JSON.parse(await run(`console.log(JSON.stringify(${files}))`))).toEqual([
      "dist",
      "dist/health-check.js",
      "dist/main.js",
    ]);
    expect((await container?.exec("sh", "-c", "true"))?.code).not.toBe(0);
  });

  test("takes less than 200 MB", async () => {
    const { Size } = await image().inspect();
    console.log(`   the image has ${(Number(Size) / 1e6).toFixed(0)} MB`);
    expect(Number(Size)).toBeLessThan(200e6);
  });

  test("spills a transaction that is sent before it commits to the folder that may be written", async () => {
    receiver.events.length = 0;
    await stage.sql("ALTER SYSTEM SET logical_decoding_work_mem = '64kB'");
    await stage.sql("SELECT pg_reload_conf()");
    await stage.sql("INSERT INTO orders SELECT i, 'open', i FROM generate_series(1000, 4999) i");
    await receiver.received(4000, 60);
    expect(await container?.log()).not.toContain("IDB4018");
  });

  test("ends with 0 when it is asked to", async () => {
    expect(await container?.end()).toBe(0);
  });
});
