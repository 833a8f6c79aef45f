import { describe, expect, test } from "vitest";
import { postgresVersions, startPostgres } from "../postgres.ts";
import { fuzz } from "./fuzz.ts";

const rounds = 500;
const minutes = 60_000;

describe.each(postgresVersions())("on Postgres %i", (version) => {
  test(
    "engine and oracle agree about random migrations under random claims",
    async () => {
      const postgres = await startPostgres(version);
      try {
        const share = Math.ceil(rounds / postgresVersions().length);
        const result = await fuzz(postgres, { rounds: share, seed: version * 1000 });
        expect(result.disagreement ?? "none").toBe("none");
        // Rounds that all end alike would show little.
        expect(result.accepted).toBeGreaterThan(share / 5);
        expect(result.refused).toBeGreaterThan(share / 5);
      } finally {
        await postgres.stop();
      }
    },
    10 * minutes,
  );
});
