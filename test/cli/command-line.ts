import { execFile } from "node:child_process";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { run } from "../../cli/run.ts";

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

export interface Result {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Only what a process cannot start without: no connection of the tests' own environment. */
const bare = { PATH: process.env["PATH"], HOME: "/nonexistent" };

/** Runs `integratedb` within this process, which is quicker. */
export async function integratedb(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input: readonly string[] = [],
): Promise<Result> {
  const written = { stdout: "", stderr: "" };
  const into = (stream: keyof typeof written) => ({
    write: (text: string) => {
      written[stream] += text;
    },
  });
  const stdin = Readable.from(input);
  const exit = await run(argv, { stdout: into("stdout"), stderr: into("stderr"), stdin, env });
  return { exit, ...written };
}

/** Runs `integratedb` as a process of its own, with no environment but the stated one. */
export function integratedbProcess(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...bare, ...env }, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [main, ...argv], options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ exit: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** The one JSON document on the standard output. */
export function document(result: Result): unknown {
  return JSON.parse(result.stdout);
}
