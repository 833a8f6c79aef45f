import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "./postgres.ts";

describe.each(postgresVersions())("a private Postgres %i", (version) => {
  let postgres: Postgres;

  beforeAll(async () => {
    postgres = await startPostgres(version, { settings: { log_statement: "all" } });
  });
  afterAll(() => postgres.stop());

  async function ask(connectionString: string, query: string): Promise<unknown> {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      const { rows } = await client.query({ text: query, rowMode: "array" });
      return rows[0]?.[0];
    } finally {
      await client.end();
    }
  }

  test("is of the version that was asked for", async () => {
    const number = await ask(postgres.adminUrl, "SHOW server_version_num");
    expect(Math.floor(Number(number) / 10_000)).toBe(version);
  });

  test("can decode changes", async () => {
    expect(await ask(postgres.adminUrl, "SHOW wal_level")).toBe("logical");
  });

  test("makes databases with any name", async () => {
    const url = await postgres.createDatabase('Müller "und" Söhne');
    expect(await ask(url, "SELECT current_database()")).toBe('Müller "und" Söhne');
  });

  test("refuses a wrong password", async () => {
    const wrong = postgres.url("postgres", "postgres", "wrong");
    await expect(ask(wrong, "SELECT 1")).rejects.toThrow(/password authentication failed/);
  });

  test("shows what it logged", async () => {
    await ask(postgres.adminUrl, "SELECT 'a line in the log'");
    expect(await readFile(postgres.logFile, "utf8")).toContain("a line in the log");
  });
});

test("a server that cannot start says why", async () => {
  const start = startPostgres(18, { settings: { shared_buffers: "nonsense" } });
  await expect(start).rejects.toThrow(/shared_buffers/);
});
