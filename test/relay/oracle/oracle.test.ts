import { describe, expect, test } from "vitest";
import { postgresVersions } from "../../postgres.ts";
import { ServerMissing } from "../../servers/supply.ts";
import { consultOracle } from "./oracle.ts";

const seed = Number(process.env["INTEGRATEDB_ORACLE_SEED"] || 778_406);

describe.each(postgresVersions())("on Postgres %i", (version) => {
  test(`what was committed, and only what may be seen, arrives in order whatever breaks (seed ${seed})`, async (context) => {
    const result = await consultOracle({ version, seed, kills: 5 }).catch((error) => {
      if (error instanceof ServerMissing) return context.skip(error.message);
      throw error;
    });
    expect(result.problems.slice(0, 5).join("\n"), `seed ${seed}`).toBe("");
    expect(result.kills).toBe(5);
    // Less would show little.
    expect(result.events).toBeGreaterThan(1_000);
  }, 300_000);
});
