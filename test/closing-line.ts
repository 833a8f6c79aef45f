import { writeFileSync, writeSync } from "node:fs";
import type { Reporter, SerializedError, TestModule } from "vitest/node";

/** How a run ended, in numbers of tests. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** One line for people and machines alike, such as `12 passed, 0 failed, 1 skipped`. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped > 0 ? `${line}, ${skipped} skipped` : line;
}

/**
 * Names each test that was left out, which is a failure under `INTEGRATEDB_TEST_REQUIRE=all`, and
 * ends the run with its closing line; or writes the tally as JSON to the file named in
 * `INTEGRATEDB_TEST_TALLY` for a caller who has more to count.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(
    modules: ReadonlyArray<TestModule>,
    unhandledErrors: ReadonlyArray<SerializedError>,
  ): void {
    const tally = count(modules, unhandledErrors.length);
    if (tally.failed > 0) process.exitCode = 1;
    const file = process.env["INTEGRATEDB_TEST_TALLY"];
    if (file) writeFileSync(file, JSON.stringify(tally));
    // Other reporters still print when the run has ended: the last word comes at the very end.
    else process.once("exit", () => writeSync(1, `${closingLine(tally)}\n`));
  }
}

function count(modules: ReadonlyArray<TestModule>, unhandledErrors: number): Tally {
  const tally: Tally = { passed: 0, failed: unhandledErrors, skipped: 0 };
  for (const module of modules) {
    // A file that cannot be loaded, or a hook that fails, has no test to show for it.
    tally.failed += module.errors().length;
    for (const suite of module.children.allSuites()) tally.failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === "passed") tally.passed++;
      else if (result.state === "failed") tally.failed++;
      else {
        const note = result.state === "skipped" ? result.note : undefined;
        console.log(`NOT TESTED: ${test.fullName}${note ? `: ${note}` : ""}`);
        if (process.env["INTEGRATEDB_TEST_REQUIRE"] === "all") tally.failed++;
        else tally.skipped++;
      }
    }
  }
  return tally;
}
