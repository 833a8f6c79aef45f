import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { relayImage } from "../../provider/relay.ts";
import { readSettings, settings } from "../../relay/config.ts";
import { heapFlags } from "../../scripts/build-relay.ts";
import { runCommand } from "../../scripts/command.ts";
import { ServerMissing, type Supply, supplied } from "../servers/supply.ts";
import { systemdSupply } from "../servers/systemd.ts";
import { readToml, tomlSupply } from "../servers/toml.ts";
import { useServer } from "../servers/use-server.ts";

let page: string;
beforeAll(async () => {
  page = await readFile(new URL("../../docs/deploy-other.md", import.meta.url), "utf8");
});

/** The only fence of a language. */
function fence(language: string): string {
  const [first, ...others] = page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"));
  expect(others).toEqual([]);
  return first?.[1] ?? "";
}

async function program(supply: Supply<string>) {
  const found = await supplied(supply);
  if (found === "container") throw new ServerMissing(supply.name, "a program", supply.hint);
  return { path: found, stop: async () => undefined };
}

/** What a relay reads of an environment in which its secrets are, too. */
function readWith(environment: Readonly<Record<string, string>>) {
  const names = Object.keys(settings.shape).map((name) => `INTEGRATEDB_RELAY_${name}`);
  for (const name of Object.keys(environment)) expect(names).toContain(name);
  const secrets = { DATABASE_URL: "postgresql://relay:secret@db/shop", KEY: "A".repeat(43) };
  const entries = Object.entries(secrets).map(([name, value]) => [
    `INTEGRATEDB_RELAY_${name}`,
    value,
  ]);
  return readSettings({ ...Object.fromEntries(entries), ...environment });
}

describe("the unit of systemd", () => {
  const systemd = useServer(() => program(systemdSupply));
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "integratedb-unit-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function judged(unit: string): Promise<string> {
    const file = join(folder, "integratedb-relay.service");
    // Whether there is a program of that name is up to the machine.
    await writeFile(file, unit.replace("/usr/bin/node", process.execPath));
    const args = ["verify", "--man=no", "--recursive-errors=no", file];
    const { code, output } = await runCommand(systemd().path, args);
    return `${code} ${output.trim()}`;
  }

  test("is one that systemd takes without a word", async () => {
    expect(await judged(fence("ini"))).toBe("0 ");
  });

  test("would be found wrong if it were", async () => {
    const wrong = fence("ini").replace("TimeoutStopSec=30", "TimeoutStop=30");
    expect(await judged(wrong)).toContain("TimeoutStop");
  });

  test("runs it as its image does, with settings that it has", () => {
    expect(/^ExecStart=\S+ (.*) \S+$/m.exec(fence("ini"))?.[1]).toBe(heapFlags.join(" "));
    const [, name = "", value = ""] = /^Environment=(\w+)=(.*)$/m.exec(fence("ini")) ?? [];
    expect(readWith({ [name]: value }).SPILL_FOLDER).toBe(value);
  });
});

describe("fly.toml", () => {
  const python = useServer(() => program(tomlSupply));

  test("runs this release's image, and asks it for its readiness where it listens", async () => {
    const { build, env, checks } = (await readToml(python().path, fence("toml"))) as FlyFile;
    expect(build.image).toBe(relayImage);
    const { LISTEN } = readWith(env);
    expect(checks.ready).toMatchObject({ type: "http", path: "/readyz" });
    expect(LISTEN.endsWith(`:${checks.ready.port}`)).toBe(true);
  });
});

interface FlyFile {
  readonly build: { readonly image: string };
  readonly env: Readonly<Record<string, string>>;
  readonly checks: { readonly ready: { readonly port: number } };
}
