import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { PythonEnvironment } from "../../test/servers/python-environment.ts";
import { ServerMissing, supplied } from "../../test/servers/supply.ts";
import { note } from "../progress.ts";

const program = fileURLToPath(new URL("mq-bridge.py", import.meta.url));
const environment = new PythonEnvironment({
  requirement: "mq-bridge",
  version: "1.2.0",
  size: "130 MB",
});

/** Where a route of mq-bridge leads, and how it gathers what it sends there. */
export interface PeerRoute {
  readonly output: object;
  readonly [option: string]: unknown;
}

/** A relay with a core in Rust, which reads the same slots. */
export class MqBridge {
  readonly #python: string;

  private constructor(python: string) {
    this.#python = python;
  }

  /** @returns undefined, said aloud, where it cannot be had */
  static async find(): Promise<MqBridge | undefined> {
    try {
      const python = await supplied({
        name: "mq-bridge",
        find: () => environment.find(),
        install: () => environment.install(),
        hint: "install Python 3 with venv (apt-get install python3-venv)",
      });
      return python === "container" ? undefined : new MqBridge(python);
    } catch (error) {
      if (!(error instanceof ServerMissing)) throw error;
      note(`NOT HERE  ${error.message}: its figures have no peer`);
      return undefined;
    }
  }

  /** Starts to deliver what is behind a slot. */
  start(url: string, slot: string, { output, ...options }: PeerRoute): PeerProcess {
    const input = {
      postgres_cdc: { url, publication: "integratedb", slot_name: slot, create_slot: false },
    };
    const child = spawn(this.#python, [program], { stdio: ["pipe", "ignore", "inherit"] });
    // What is configured holds passwords, which arguments would show.
    child.stdin?.end(`${JSON.stringify({ input, output, ...options })}\n`);
    return new PeerProcess(child);
  }
}

export class PeerProcess {
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Never resolves: a route that ends by itself is an error. */
  async failed(): Promise<never> {
    const [code] = await once(this.#child, "exit");
    throw new Error(`mq-bridge ended with ${code}`);
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }
}
