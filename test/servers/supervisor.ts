import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";

/** A program that a test server consists of; the last of several is the server itself. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What the supervisor is started with, as JSON in its only argument. */
export interface Supervision {
  readonly programs: readonly Program[];
  /** Working folder of the programs; removed at the end. */
  readonly folder: string;
  /** Takes what the programs print. */
  readonly logFile: string;
}

/**
 * Runs the programs of one server, each in a process group of its own, by lines on its standard
 * input: start, kill (SIGKILL), pause (SIGSTOP), resume (SIGCONT). It answers each with the same
 * word, and says "exited" when the server ended by itself. When the input closes, which happens
 * with the process that started it, whatever ends that, everything is ended and the folder removed.
 */
async function supervise({ programs, folder, logFile }: Supervision): Promise<void> {
  let running: ChildProcess[] = [];
  const say = (word: string) => process.stdout.write(`${word}\n`);
  process.stdout.on("error", () => undefined);

  const start = () => {
    const log = openSync(logFile, "a", 0o600);
    running = programs.map(({ file, args, env }) => {
      const child = spawn(file, args, {
        cwd: folder,
        detached: true,
        stdio: ["ignore", log, log],
        env: { ...process.env, ...env },
      });
      child.on("error", () => say("exited"));
      return child;
    });
    closeSync(log);
    const server = running.at(-1);
    server?.once("exit", () => running.includes(server) && say("exited"));
  };
  const signal = (name: NodeJS.Signals) => {
    for (const { pid, exitCode, signalCode } of running) {
      if (pid && exitCode === null && signalCode === null) process.kill(-pid, name);
    }
  };
  const kill = async () => {
    const ended = running;
    const gone = ended
      .filter(({ pid, exitCode, signalCode }) => pid && exitCode === null && signalCode === null)
      .map((child) => once(child, "exit"));
    signal("SIGKILL");
    running = [];
    await Promise.all(gone);
  };

  for await (const line of createInterface({ input: process.stdin })) {
    if (line === "start") start();
    if (line === "kill") await kill();
    if (line === "pause") signal("SIGSTOP");
    if (line === "resume") signal("SIGCONT");
    say(line);
  }
  await kill();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

const [argument] = process.argv.slice(2);
if (argument) await supervise(JSON.parse(argument));
