import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../free-port.ts";
import { type ContainerEngine, mustRun, runEngine } from "../servers/container-engine.ts";

/** As docs/operators.md has it; the tests' Postgres listens on the host's loopback. */
const flags = [
  ["--network=host"],
  ["--read-only", "--tmpfs=/spill:size=64m"],
  ["--cap-drop=ALL", "--security-opt=no-new-privileges"],
].flat();

/** A relay in a container; it goes with this process, whatever ends that. */
export class RelayContainer {
  readonly url: string;
  readonly #engine: ContainerEngine;
  readonly #name: string;
  readonly #remove: () => Promise<void>;

  private constructor(engine: ContainerEngine, name: string, url: string) {
    this.#engine = engine;
    this.#name = name;
    this.url = url;
    this.#remove = removalOf(engine, name);
  }

  static async start(
    engine: ContainerEngine,
    image: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<RelayContainer> {
    const address = `127.0.0.1:${await freePort()}`;
    const name = `integratedb-relay-test-${randomBytes(6).toString("hex")}`;
    const settings = {
      INTEGRATEDB_RELAY_LISTEN: address,
      INTEGRATEDB_RELAY_ALLOW_ADDRESSES: "127.0.0.0/8",
      ...environment,
    };
    const env = Object.entries(settings).map(([variable, value]) => `--env=${variable}=${value}`);
    const container = new RelayContainer(engine, name, `http://${address}`);
    // Podman would make /tmp and others writable.
    const strict = engine.name === "podman" ? ["--read-only-tmpfs=false"] : [];
    const all = ["--detach", `--name=${name}`, ...flags, ...strict, ...env];
    await mustRun(engine, "run", ...all, image);
    return container;
  }

  /** Waits until /readyz is green. */
  async ready(): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline) {
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(100);
    }
    throw new Error(`the relay in the container is not ready:\n${await this.log()}`);
  }

  /** Whether the health check of the image finds it well, within half a minute. */
  async isHealthy(): Promise<boolean> {
    // Docker asks by itself; Podman needs systemd for that.
    const isPodman = this.#engine.name === "podman";
    const check = isPodman
      ? ["healthcheck", "run", this.#name]
      : ["inspect", "--format", "{{.State.Health.Status}}", this.#name];
    for (let seconds = 0; seconds < 30; seconds++) {
      const { code, output } = await runEngine(this.#engine, ...check);
      if (code === 0 && (isPodman || output.trim() === "healthy")) return true;
      await sleep(1000);
    }
    return false;
  }

  /** Runs a command inside, as the user that the relay is; returns its code and what it printed. */
  exec(...command: string[]): Promise<{ code: number; output: string }> {
    return runEngine(this.#engine, "exec", this.#name, ...command);
  }

  async log(): Promise<string> {
    return (await runEngine(this.#engine, "logs", this.#name)).output;
  }

  /** Asks it to end, and returns its exit code. */
  async end(): Promise<number> {
    await mustRun(this.#engine, "stop", "--time=20", this.#name);
    return Number(await mustRun(this.#engine, "wait", this.#name));
  }

  remove(): Promise<void> {
    return this.#remove();
  }
}

/** Removes the container when it is called, or when this process is gone. */
function removalOf({ command, env }: ContainerEngine, name: string): () => Promise<void> {
  const script = 'read -r _; "$@" >/dev/null 2>&1';
  const args = ["-c", script, "sh", ...command, "rm", "--force", "--volumes", name];
  const watcher = spawn("sh", args, { env, detached: true, stdio: ["pipe", "ignore", "ignore"] });
  const gone = once(watcher, "exit");
  return async () => {
    watcher.stdin.end();
    await gone;
  };
}
