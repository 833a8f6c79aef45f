import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

const interval = 20_000;

/**
 * Says every twenty seconds how far the run is and which files it is in, for logs in which a long
 * file would otherwise look like one that hangs.
 */
export default class Progress implements Reporter {
  #started = Date.now();
  #finished = 0;
  readonly #running = new Map<TestModule, number>();
  #timer: NodeJS.Timeout | undefined;

  onTestRunStart(): void {
    this.#started = Date.now();
    this.#timer = setInterval(() => console.log(this.#line()), interval);
    this.#timer.unref();
  }

  onTestModuleStart(module: TestModule): void {
    this.#running.set(module, Date.now());
  }

  onTestCaseResult(): void {
    this.#finished++;
  }

  onTestModuleEnd(module: TestModule): void {
    this.#running.delete(module);
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer);
  }

  #line(): string {
    const running = [...this.#running].map(
      ([{ moduleId }, since]) => `${relative(process.cwd(), moduleId)} (${secondsSince(since)} s)`,
    );
    const files = running.length > 0 ? `; now in ${running.join(", ")}` : "";
    return `   ${secondsSince(this.#started)} s: ${this.#finished} tests done${files}`;
  }
}

function secondsSince(time: number): number {
  return Math.round((Date.now() - time) / 1000);
}
