import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { closingLine, type Tally } from "../test/closing-line.ts";
import { postgresVersions } from "../test/postgres.ts";
import { preparePostgres } from "../test/postgres-binaries.ts";
import { prepareServers } from "../test/servers/prepare.ts";
import { duration } from "./command.ts";
import { pulumiEnvironment } from "./pulumi-environment.ts";
import { runStaticChecks } from "./static-checks.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));
const tallyFile = join(repository, ".cache", "test-tally.json");

/** Everything: what the tests need, the static checks, the tests, and one closing line for all. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { postgres: { type: "string" } },
  });
  if (values.postgres) process.env["INTEGRATEDB_TEST_POSTGRES"] = values.postgres;
  const started = Date.now();
  console.log("== What the tests need");
  const environment = await prepare(positionals);
  console.log("\n== Static checks");
  const checks = await runStaticChecks();
  console.log("\n== Tests");
  // Without Postgres or the engine there is nothing to test, and that is a failure in itself.
  const tests = environment
    ? await runTests(environment, positionals)
    : { passed: 0, failed: 1, skipped: 0 };
  console.log(`\nFinished in ${duration(Date.now() - started)}.`);
  if (!environment)
    console.log("NO TEST RAN: Postgres or the Pulumi engine could not be had, see above.");
  const failed = tests.failed + checks.failed;
  console.log(closingLine({ ...tests, failed, passed: tests.passed + checks.passed }));
  process.exitCode = failed > 0 ? 1 : 0;
}

async function prepare(filters: string[]): Promise<Record<string, string> | undefined> {
  try {
    const versions = postgresVersions();
    await preparePostgres(versions);
    console.log(`ok     Postgres ${versions.join(", ")}`);
    const environment = await pulumiEnvironment();
    console.log("ok     the Pulumi engine");
    const needsServers =
      filters.length === 0 || filters.some((filter) => /relay|stores|docs|pulumi/.test(filter));
    return needsServers ? { ...environment, ...(await prepareServers()) } : environment;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  }
}

async function runTests(environment: Record<string, string>, filters: string[]): Promise<Tally> {
  await mkdir(join(repository, ".cache"), { recursive: true });
  await rm(tallyFile, { force: true });
  const vitest = join(repository, "node_modules", "vitest", "vitest.mjs");
  const code = await new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, "run", ...filters], {
      cwd: repository,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...environment, INTEGRATEDB_TEST_TALLY: tallyFile },
    });
    child.on("error", reject);
    child.on("exit", (exitCode) => resolve(exitCode ?? 1));
  });
  const tally = await readTally();
  // A run that broke off may not have counted what broke it.
  if (code !== 0 && tally.failed === 0) tally.failed = 1;
  return tally;
}

async function readTally(): Promise<Tally> {
  try {
    return JSON.parse(await readFile(tallyFile, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

await main();
