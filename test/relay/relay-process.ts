import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../free-port.ts";

const main = fileURLToPath(new URL("../../relay/main.ts", import.meta.url));

/** A relay in a process of its own, as it runs in production. */
export class RelayProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  #log = "";

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    this.#exit = once(child, "exit");
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#log += chunk;
      });
    }
  }

  /**
   * @param environment its settings, without the port
   * @param options.program the file that Node runs, by default the sources
   */
  static async start(
    environment: Readonly<Record<string, string>>,
    {
      nodeOptions = [],
      program = main,
    }: { readonly nodeOptions?: readonly string[]; readonly program?: string } = {},
  ): Promise<RelayProcess> {
    const port = await freePort();
    const child = spawn(process.execPath, [...nodeOptions, program], {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        INTEGRATEDB_RELAY_LISTEN: `127.0.0.1:${port}`,
        INTEGRATEDB_RELAY_ALLOW_ADDRESSES: "127.0.0.0/8",
        ...environment,
      },
    });
    return new RelayProcess(child, `http://127.0.0.1:${port}`);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  /** What it has printed. */
  get log(): string {
    return this.#log;
  }

  /** Waits until /readyz says the given word. */
  async ready(word = "reading"): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline) {
      const answer = await fetch(`${this.url}/readyz`).then(
        (response) => response.text(),
        () => "",
      );
      if (answer.startsWith(word)) return;
      if (this.#child.exitCode !== null) break;
      await sleep(50);
    }
    throw new Error(`the relay did not come to be ${word}:\n${this.#log.slice(-4000)}`);
  }

  /** The value of a metric, summed over its labels. */
  async metric(name: string): Promise<number> {
    const text = await fetch(`${this.url}/metrics`).then((response) => response.text());
    const lines = text
      .split("\n")
      .filter((line) => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
  }

  /** Ends it at once, and waits for nothing. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Ends it as the given signal does, and waits until it is gone. */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    await this.#exit;
  }
}
