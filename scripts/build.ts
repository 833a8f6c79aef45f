import { createHash } from "node:crypto";
import { chmod, cp, glob, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "./command.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));
const sources = [
  "{sql,provider,components,cli}/**/*.{ts,sql}",
  "package.json",
  "package-lock.json",
  "tsconfig*.json",
];

/**
 * Compiles the package to `dist/`, unless `dist/` is already made from the very same sources: so
 * that packing it, which builds first, is quick and disturbs nobody who uses it meanwhile.
 *
 * @throws with the compiler's messages
 */
export async function build(): Promise<void> {
  const stamp = await stampOfSources();
  const stampFile = join(repository, ".cache", "build-stamp");
  const dist = join(repository, "dist");
  const isCurrent =
    (await textOf(stampFile)) === stamp && (await textOf(join(dist, "cli/main.js")));
  if (isCurrent) return;
  await mkdir(join(repository, ".cache"), { recursive: true });
  const draft = await mkdtemp(join(repository, ".cache", "build-"));
  try {
    await compile(draft);
    for await (const file of glob("sql/**/*.sql", { cwd: repository })) {
      await cp(join(repository, file), join(draft, file), { recursive: true });
    }
    await chmod(draft, 0o755);
    await chmod(join(draft, "cli", "main.js"), 0o755);
    await rm(dist, { recursive: true, force: true });
    await rename(draft, dist);
    await writeFile(stampFile, stamp);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function compile(outDir: string): Promise<void> {
  const args = ["-p", "tsconfig.build.json", "--outDir", outDir];
  const { code, output } = await runCommand("tsc", args, { cwd: repository });
  if (code !== 0) throw new Error(output.trim());
}

async function stampOfSources(): Promise<string> {
  const files: string[] = [];
  for await (const file of glob(sources, { cwd: repository })) files.push(file);
  const hash = createHash("sha256");
  for (const file of files.sort()) {
    hash.update(file).update(await readFile(join(repository, file)));
  }
  return hash.digest("hex");
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}

if (import.meta.main) {
  await build().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
