import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { closePools } from "../../provider/runtime/connection.ts";
import { database, stakeholder, storeEntry } from "../../provider/runtime/v1/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { type Shop, withShop } from "../pulumi/shop.ts";
import { useServer } from "../servers/use-server.ts";
import { startVault } from "../servers/vault.ts";

const vault = useServer(startVault);

type Entry = Parameters<typeof storeEntry.create>[0];

let postgres: Postgres;
let shop: Shop;

beforeAll(async () => {
  postgres = await startPostgres(18);
  shop = await withShop(postgres);
  await database.create({ connection: shop.url });
  await stakeholder.create({ connection: shop.url, name: "reporter" });
});
afterAll(async () => {
  await closePools();
  await postgres?.stop();
});
beforeEach(() => {
  vi.stubEnv("VAULT_ADDR", vault().url);
  vi.stubEnv("VAULT_TOKEN", vault().token);
  return () => vi.unstubAllEnvs();
});

async function checked(name: string): Promise<Entry> {
  const { inputs, failures } = await storeEntry.check({}, {
    store: "vaultSecret",
    name,
    settings: { mount: "secret" },
    content: { password: "any" },
    delivery: { connection: shop.url, stakeholder: "reporter", version: 1 },
  } as never);
  expect(failures).toBeUndefined();
  return inputs;
}

const deliveries = () =>
  shop.sql("select entry, version::integer from integratedb.deliveries order by entry");

test("an entry is recorded with its version once it is written, and forgotten once it is deleted", async () => {
  const { outs } = await storeEntry.create(await checked("kept"));
  expect(await deliveries()).toEqual([{ entry: "kept (secret)", version: 1 }]);
  await storeEntry.delete("id", outs as Entry);
  expect(await deliveries()).toEqual([]);
});

test("an entry that its store refuses is not recorded, and one that stays is kept until it can be deleted", async () => {
  const entry = await checked("refused");
  vi.stubEnv("VAULT_TOKEN", "not-a-token");
  await expect(storeEntry.create(entry)).rejects.toThrow("IDB1502 Vault, entry refused");
  expect(await deliveries()).toEqual([]);
  vi.stubEnv("VAULT_TOKEN", vault().token);
  const { outs } = await storeEntry.create(entry);
  vi.stubEnv("VAULT_TOKEN", "not-a-token");
  await expect(storeEntry.delete("id", outs as Entry)).rejects.toThrow("IDB1502");
  expect(await deliveries()).toEqual([{ entry: "refused (secret)", version: 1 }]);
  vi.stubEnv("VAULT_TOKEN", vault().token);
  await storeEntry.delete("id", outs as Entry);
  expect(await deliveries()).toEqual([]);
});

test("an entry that somebody deleted is forgotten once it is deleted from the program as well", async () => {
  const { outs } = await storeEntry.create(await checked("gone"));
  await vault().api("DELETE", "secret/metadata/gone");
  await storeEntry.delete("id", outs as Entry);
  expect(await deliveries()).toEqual([]);
});
