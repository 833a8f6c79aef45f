import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSettings } from "../../../relay/config.ts";

const url = "postgresql://relay:hidden@localhost/shop";
const needed = { INTEGRATEDB_RELAY_DATABASE_URL: url, INTEGRATEDB_RELAY_KEY: "k" };

test("what is not set has its default", () => {
  const read = readSettings(needed);
  expect(read).toMatchObject({ SLOT: "integratedb", LISTEN: "0.0.0.0:8080", ALLOW_ADDRESSES: [] });
});

test("an empty variable counts as not set", () => {
  expect(readSettings({ ...needed, INTEGRATEDB_RELAY_SLOT: "" }).SLOT).toBe("integratedb");
});

test("all that is wrong is said at once, without a value", () => {
  const wrong = {
    INTEGRATEDB_RELAY_DATABASE_URL: "mysql://relay:hidden@localhost/shop",
    INTEGRATEDB_RELAY_MEMORY_MB: "0",
  };
  expect(() => readSettings(wrong)).toThrow(
    /^IDB4001 (?=.*DATABASE_URL: must be a URL)(?=.*KEY is not set)(?=.*MEMORY_MB)(?!.*hidden)/,
  );
});

test("addresses that are allowed are checked at the start, each by itself", () => {
  const given = (addresses: string) =>
    readSettings({
      INTEGRATEDB_RELAY_DATABASE_URL: url,
      INTEGRATEDB_RELAY_KEY: "k",
      INTEGRATEDB_RELAY_ALLOW_ADDRESSES: addresses,
    });
  const allowed = given("127.0.0.0/8, ::1,10.1.2.3").ALLOW_ADDRESSES;
  expect(allowed).toEqual(["127.0.0.0/8", "::1", "10.1.2.3"]);
  expect(() => given("10.0.0.0/8,10.0.0.0/33,localhost,127.1")).toThrow(
    'IDB4001 INTEGRATEDB_RELAY_ALLOW_ADDRESSES: "10.0.0.0/33" is neither an address nor a range like 10.0.0.0/8; ' +
      'INTEGRATEDB_RELAY_ALLOW_ADDRESSES: "localhost" is neither an address nor a range like 10.0.0.0/8; ' +
      'INTEGRATEDB_RELAY_ALLOW_ADDRESSES: "127.1" is neither an address nor a range like 10.0.0.0/8',
  );
});

test("a secret can come from a file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "settings-"));
  try {
    await writeFile(join(folder, "url"), `${url}\n`);
    const read = readSettings({
      INTEGRATEDB_RELAY_DATABASE_URL_FILE: join(folder, "url"),
      INTEGRATEDB_RELAY_KEY: "k",
    });
    expect(read.DATABASE_URL).toBe(url);
    expect(() => readSettings({ INTEGRATEDB_RELAY_KEY_FILE: join(folder, "no") })).toThrow(
      /IDB4001 the file .*no cannot be read \(ENOENT\)/,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
