import { spawn } from "node:child_process";

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the command after so many milliseconds; by default it has all the time it needs. */
  readonly timeout?: number;
  /** Is told each line that the command prints. */
  readonly onLine?: (line: string) => void;
}

export interface CommandResult {
  /** The exit code; 1 where a signal or the time limit ended the command. */
  readonly code: number;
  /** What it printed on both streams, in order. */
  readonly output: string;
}

/** Runs a command without a shell and collects what it prints. A missing program is code 127. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that a time limit also ends what the command started.
    detached: options.timeout !== undefined,
  });
  let output = "";
  let unfinished = "";
  const take = (chunk: Buffer) => {
    output += chunk;
    const lines = (unfinished + chunk).split("\n");
    unfinished = lines.pop() ?? "";
    for (const line of lines) options.onLine?.(line);
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const limit =
    options.timeout === undefined
      ? undefined
      : setTimeout(() => {
          output += `\nended after ${options.timeout} ms`;
          if (child.pid) process.kill(-child.pid, "SIGKILL");
        }, options.timeout);
  return new Promise((resolve) => {
    const settle = (code: number) => {
      clearTimeout(limit);
      resolve({ code, output });
    };
    child.on("error", (error) => {
      output += error.message;
      settle(127);
    });
    child.on("close", (code) => settle(code ?? 1));
  });
}

/** Prints `describe()` every `seconds` until the promise settles, so that a long wait looks alive. */
export async function withHeartbeat<T>(
  promise: Promise<T>,
  describe: (elapsed: string) => string,
  seconds = 15,
): Promise<T> {
  const started = Date.now();
  const timer = setInterval(
    () => console.log(describe(duration(Date.now() - started))),
    seconds * 1000,
  );
  return promise.finally(() => clearInterval(timer));
}

/** Milliseconds for people: `4.2 s`, `3 min 20 s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
