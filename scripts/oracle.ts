import { parseArgs } from "node:util";
import { consultOracle } from "../test/relay/oracle/oracle.ts";

const usage = `Random transactions, a relay that is killed, links that break and sinks that fail: what arrives
against what was committed.

  npm run test:oracle -- [--seed 1] [--kills 50] [--postgres 14,18]

  --seed      of what is written and what is broken; default: another one each time
  --kills     how often the relay is killed, on each Postgres
  --postgres  major versions, 14 to 18

Exits 1 when something is missing, wrong, out of order or too much, and tells what.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      kills: { type: "string", default: "50" },
      postgres: { type: "string", default: "14,18" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const [seed, kills] = [Number(values.seed), Number(values.kills)];
  const versions = values.postgres.split(",").map(Number);
  if (![seed, kills, ...versions].every(Number.isSafeInteger)) {
    console.error(usage);
    return 2;
  }
  let isWrong = false;
  for (const version of versions) {
    console.log(`Postgres ${version}, seed ${seed}`);
    const startedAt = performance.now();
    const onProgress = (text: string) =>
      console.log(`  ${Math.round((performance.now() - startedAt) / 1000)} s: ${text}`);
    const { problems, ...counts } = await consultOracle({ version, seed, kills, onProgress });
    console.log(`  ${JSON.stringify(counts)}`);
    for (const problem of problems.slice(0, 20)) console.log(`\n${problem}`);
    if (problems.length > 0) {
      console.log(`\n${problems.length} problems with seed ${seed} on Postgres ${version}`);
      isWrong = true;
    }
  }
  if (!isWrong) console.log("Everything that was committed arrived, and nothing else.");
  return isWrong ? 1 : 0;
}

process.exitCode = await main();
