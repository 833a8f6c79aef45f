import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../free-port.ts";
import type { Program, Supervision } from "./supervisor.ts";

const supervisor = fileURLToPath(new URL("supervisor.ts", import.meta.url));

/** A server of its own for one test file, on 127.0.0.1; it ends with `stop()` or with this process. */
export interface TestServer {
  readonly port: number;
  /** Ends it with SIGKILL; its data stays. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and with the same data. */
  restart(): Promise<void>;
  /** Lets it hang: connections stay open and nothing answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** How one kind of server is started. */
export interface ServerPlan {
  readonly name: string;
  /** Writes what the server needs into its folder and returns what to run. */
  programs(folder: string, port: number): Promise<readonly Program[]> | readonly Program[];
  /** Whether it answers; asked again until it does. */
  isReady(port: number, log: string): Promise<boolean>;
}

/**
 * Starts a server on a free port and waits until it answers.
 *
 * @throws when it does not come up within two minutes, with the end of its log
 */
export async function startSupervised(plan: ServerPlan): Promise<TestServer> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), `integratedb-${plan.name}-`));
    const logFile = join(folder, "server.log");
    const programs = await plan.programs(folder, port);
    const run = supervise({ programs, folder, logFile });
    const log = () => readFile(logFile, "utf8").catch(() => "");
    const isUp = async () => {
      const deadline = Date.now() + 120_000;
      while (!run.hasExited() && Date.now() < deadline) {
        // Somebody else may have taken the port: then our own exits, a moment later at most.
        if ((await plan.isReady(port, await log())) && !run.hasExited()) return true;
        await sleep(50);
      }
      return false;
    };
    await run.say("start");
    if (await isUp()) return handle(port, run, isUp, log);
    const text = await log();
    await run.end();
    if (/in use|eaddrinuse/i.test(text) && attempt < 5) continue;
    throw new Error(`${plan.name} did not start:\n${text.slice(-4000)}`);
  }
}

function handle(
  port: number,
  run: SupervisedRun,
  isUp: () => Promise<boolean>,
  log: () => Promise<string>,
): TestServer {
  return {
    port,
    kill: () => run.say("kill"),
    restart: async () => {
      await run.say("start");
      if (!(await isUp()))
        throw new Error(`It did not start again:\n${(await log()).slice(-4000)}`);
    },
    pause: () => run.say("pause"),
    resume: () => run.say("resume"),
    stop: () => run.end(),
  };
}

interface SupervisedRun {
  say(command: "start" | "kill" | "pause" | "resume"): Promise<void>;
  hasExited(): boolean;
  end(): Promise<void>;
}

function supervise(supervision: Supervision): SupervisedRun {
  const child = spawn(process.execPath, [supervisor, JSON.stringify(supervision)], {
    // A session of its own: an interrupt from the keyboard reaches the tests, which then close the pipe.
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  let exited = false;
  const waiting: (() => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line === "exited") exited = true;
    else waiting.shift()?.();
  });
  child.once("exit", () => {
    exited = true;
    for (const answer of waiting.splice(0)) answer();
  });
  // A server that runs does not keep the process alive, only a wait for its answer does.
  const hold = (how: "ref" | "unref") => {
    child[how]();
    for (const pipe of [child.stdin, child.stdout] as (typeof child.stdin & Socket)[]) pipe[how]();
  };
  hold("unref");
  return {
    hasExited: () => exited,
    say: async (command) => {
      exited = false;
      hold("ref");
      const answered = new Promise<void>((resolve) => waiting.push(resolve));
      child.stdin.write(`${command}\n`);
      await answered;
      hold("unref");
    },
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      const gone = once(child, "exit");
      child.stdin.end();
      await gone;
    },
  };
}
