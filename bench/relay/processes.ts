import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { heapFlags } from "../../scripts/build-relay.ts";

/** A script of this folder in a process of its own, which Node runs as it runs the relay, and which answers in lines of JSON. */
export class Script {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(name: string, ...args: string[]) {
    const file = fileURLToPath(new URL(name, import.meta.url));
    this.#child = spawn(process.execPath, [...heapFlags, file, ...args], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    if (this.#child.stdout === null) throw new Error("a pipe is missing");
    this.#reader = createInterface(this.#child.stdout);
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  say(message: object): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  /** @throws Error when the process ends without another line */
  async answer(): Promise<Record<string, number>> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the process ended without an answer");
    return JSON.parse(value);
  }

  async end(): Promise<void> {
    this.#child.stdin?.end();
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill();
      await once(this.#child, "exit");
    }
    this.#reader.close();
  }
}
