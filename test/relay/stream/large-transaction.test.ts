import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "../../postgres.ts";
import { PUBLICATION, Shop } from "./shop.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Rows of one transaction; with 5,000,000 it takes minutes and a few gigabytes of disk. */
const rows = Number(process.env["INTEGRATEDB_TEST_ROWS"] || 200_000);
const bytesOfRow = rows > 1_000_000 ? 200 : 1000;
const megabyte = 2 ** 20;

describe.each(postgresVersions())("a large transaction on Postgres %i", (version) => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres(version);
  });
  afterAll(() => server.stop());

  test(`of ${rows} rows takes no more memory than any other`, {
    timeout: 60_000 + rows,
  }, async () => {
    const shop = await Shop.open(server, "CREATE TABLE orders (id int PRIMARY KEY, note text)");
    await shop.sql("ALTER TABLE orders ALTER note SET STORAGE PLAIN");
    await shop.sql(
      `INSERT INTO orders SELECT id, repeat('x', ${bytesOfRow}) FROM generate_series(1, ${rows}) id`,
    );
    const program = join(import.meta.dirname, "counting-reader.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [
      program,
      shop.url,
      shop.slot,
      PUBLICATION,
      String(rows),
      await temporaryFolder(),
    ]);
    const took = JSON.parse(stdout) as Record<"rows" | "bytes" | "spilled" | "memory", number>;
    expect(took.rows).toBe(rows);
    expect(took.bytes).toBeGreaterThan(rows * bytesOfRow);
    expect(took.spilled).toBeGreaterThan(rows * bytesOfRow);
    expect(took.memory).toBeLessThan(200 * megabyte);
    await shop.close();
  });
});
