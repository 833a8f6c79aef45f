import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, test } from "vitest";
import { type Block, blocksOf, changed } from "./markdown.ts";
import { openShell, type Shell } from "./shell.ts";
import { difference } from "./transcript.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Declares a test for each thing that a page asks its reader to do, on a fresh project.
 *
 * @param prepare does what the page takes for granted
 */
export async function walkThrough(
  page: string,
  prepare: (shell: Shell) => Promise<void> = async () => undefined,
): Promise<void> {
  let shell: Shell;
  beforeAll(async () => {
    shell = await openShell();
    await prepare(shell);
  });
  // Without one, it is its opening that failed.
  afterAll(() => shell?.close());

  // A step stands on those before it: after one that failed the others have nothing to say.
  let failed: string | undefined;
  for (const block of blocksOf(await readFile(join(repository, page), "utf8"))) {
    const what = block.kind === "command" ? `$ ${block.command}` : `${block.kind} ${block.name}`;
    test(`${page}:${block.line} ${what.split("\n")[0]}`, async () => {
      if (failed !== undefined) throw new Error(`a step before this one failed: ${failed}`);
      failed = what;
      await play(block, shell);
      failed = undefined;
    });
  }
}

async function play(block: Block, shell: Shell): Promise<void> {
  if (block.kind === "command") return playCommand(block.command, block.output, shell);
  const file = join(shell.folder, block.name);
  await mkdir(dirname(file), { recursive: true });
  const isChange = block.kind === "change";
  await writeFile(file, isChange ? changed(await readFile(file, "utf8"), block.text) : block.text);
}

async function playCommand(command: string, said: string, shell: Shell): Promise<void> {
  const { code, output } = await shell.run(command);
  const complaint = difference(command, said, output);
  if (complaint !== undefined) throw new Error(complaint);
  // What is meant to fail says so on the page.
  const mayFail = /error|Found \d/i.test(said);
  if (code !== 0 && !mayFail) throw new Error(`exit code ${code}:\n${output}`);
}
