import { chmod, chown, copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startPostgres } from "../../postgres.ts";
import { serverUser } from "../../postgres-folders.ts";
import { Shop } from "./shop.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const certificates = join(import.meta.dirname, "../../pulumi/certificates");

test("changes come over TLS, small ones and large ones, and the link is kept", async () => {
  const folder = await temporaryFolder();
  await chmod(folder, 0o755);
  const user = await serverUser();
  for (const name of ["server.pem", "server.key"]) {
    await copyFile(join(certificates, name), join(folder, name));
    if (user) await chown(join(folder, name), user.uid, user.gid);
    await chmod(join(folder, name), 0o600);
  }
  const server = await startPostgres(18, {
    settings: {
      ssl: "on",
      ssl_cert_file: join(folder, "server.pem"),
      ssl_key_file: join(folder, "server.key"),
      logical_decoding_work_mem: "64kB",
    },
  });
  const ca = await readFile(join(certificates, "authority.pem"), "utf8");
  const shop = await Shop.open(server, "CREATE TABLE orders (id int PRIMARY KEY, note text)");
  const reading = shop.read({
    connection: { connectionString: shop.url, ssl: { ca, servername: "db.test" } },
  });
  try {
    await reading.started;
    const encrypted = await shop.value(
      `SELECT ssl FROM pg_stat_ssl JOIN pg_replication_slots ON pid = active_pid WHERE slot_name = '${shop.slot}'`,
    );
    expect(encrypted).toBe("true");
    await shop.sql("INSERT INTO orders SELECT id, 'small' FROM generate_series(1, 20000) id");
    await shop.sql("INSERT INTO orders VALUES (0, repeat('x', 10000000))");
    const texts = await reading.changes(20_001);
    expect(texts.at(-1)).toBe("insert public.orders id=0 note=<10000000 bytes>");
    expect(new Set(texts).size).toBe(20_001);
  } finally {
    await reading.stop();
    await shop.close();
    await server.stop();
  }
});
