import { parseArgs } from "node:util";
import { fuzz } from "../test/fuzz/fuzz.ts";
import { startPostgres } from "../test/postgres.ts";

const usage = `Random migrations under random claims: the engine's verdict against an independent oracle.

  npm run fuzz -- [--rounds 1000] [--seed 1] [--postgres 18]

  --rounds    how many migrations
  --seed      of the first story of twenty migrations; the next story has the next number
  --postgres  the major version, 14 to 18

Exits 1 at the first disagreement, with its seed and a minimal case as SQL.`;

/** Rounds by hand, as many as there is time for. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "1000" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      postgres: { type: "string", default: "18" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const [rounds, seed, version] = [values.rounds, values.seed, values.postgres].map(Number);
  if (![rounds, seed, version].every(Number.isSafeInteger)) {
    console.error(usage);
    return 2;
  }
  const postgres = await startPostgres(version);
  try {
    const { accepted, refused, disagreement } = await fuzz(postgres, {
      rounds: Number(rounds),
      seed: Number(seed),
      onStory: (story, played, tally) =>
        console.log(
          `seed ${story}: ${played} rounds, ${tally.accepted} accepted, ${tally.refused} refused`,
        ),
    });
    console.log(disagreement ?? `No disagreement: ${accepted} accepted, ${refused} refused`);
    return disagreement ? 1 : 0;
  } finally {
    await postgres.stop();
  }
}

process.exitCode = await main();
