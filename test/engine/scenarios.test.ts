import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { install } from "../../sql/install.ts";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { scenarios, themes } from "./scenarios/all.ts";
import { play } from "./scenarios/play.ts";
import type { Scenario } from "./scenarios/scenario.ts";

/** Rules that need several sessions at once, and the files that show them. */
const shownElsewhere: Readonly<Record<string, string>> = {
  F2: "enforce-commit.test.ts",
  F5: "concurrency.test.ts",
  F26: "concurrency.test.ts",
};

describe.each(postgresVersions())("on Postgres %i", (version) => {
  let postgres: Postgres;
  let admin: pg.Client;
  let scenarioNumber = 0;

  beforeAll(async () => {
    postgres = await startPostgres(version);
    await connected(await postgres.createDatabase("engine_template"), async (client) => {
      await install(client);
    });
    admin = new pg.Client({ connectionString: postgres.adminUrl });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await postgres.stop();
  });

  for (const [theme, table] of Object.entries(themes)) {
    describe(theme, () => {
      for (const scenario of table.filter((scenario) => concerns(scenario, version))) {
        test(`${scenario.name} (${scenario.rules.join(", ")})`, async () => {
          scenarioNumber++;
          await inDatabaseOfItsOwn(scenario, `_${String(scenarioNumber).padStart(7, "0")}`);
        });
      }
    });
  }

  async function inDatabaseOfItsOwn(scenario: Scenario, suffix: string): Promise<void> {
    const database = `scenario${suffix}`;
    if (scenario.owner === "limited") await ownedBy(`owner${suffix}`, database);
    else await admin.query(`CREATE DATABASE ${database} TEMPLATE engine_template`);
    try {
      await connected(postgres.url(database), (client) => play(scenario, client, suffix));
    } finally {
      await admin.query(`DROP DATABASE ${database}`);
      await dropRoles(admin, suffix);
    }
  }

  /** A database of a role that may make roles, and is no superuser: as with most hosted servers. */
  async function ownedBy(owner: string, database: string): Promise<void> {
    await admin.query(`CREATE ROLE ${owner} LOGIN CREATEROLE PASSWORD 'owner'`);
    await admin.query(`CREATE DATABASE ${database} OWNER ${owner}`);
    await connected(postgres.url(database, owner, "owner"), async (client) => {
      await install(client);
    });
  }
});

test("every rule of claims is shown by a scenario, or by a test of its own", () => {
  const shown = new Set<string>(scenarios.flatMap((scenario) => scenario.rules));
  for (const [rule, file] of Object.entries(shownElsewhere)) {
    expect(readFileSync(new URL(file, import.meta.url), "utf8")).toMatch(
      new RegExp(`\\b${rule}\\b`),
    );
    shown.add(rule);
  }
  const rules = [...numbered("K", 16), ...numbered("F", 27)];
  expect(rules.filter((rule) => !shown.has(rule))).toEqual([]);
});

test("every scenario has a name of its own", () => {
  const names = scenarios.map((scenario) => scenario.name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

function concerns({ postgres = {} }: Scenario, version: number): boolean {
  return version >= (postgres.min ?? 0) && version <= (postgres.max ?? Number.POSITIVE_INFINITY);
}

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
}

async function connected(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function dropRoles(admin: pg.Client, suffix: string): Promise<void> {
  const { rows } = await admin.query(
    "SELECT format('DROP ROLE %I', rolname) AS drop FROM pg_roles WHERE position($1 IN rolname) > 0 ORDER BY rolcreaterole",
    [suffix],
  );
  for (const { drop } of rows) await admin.query(drop);
}
