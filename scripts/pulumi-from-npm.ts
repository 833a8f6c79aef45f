import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "./cache-folder.ts";
import { runCommand, withHeartbeat } from "./command.ts";
import { type Attempt, folderOf } from "./pulumi-binary.ts";

const timeLimit = 5 * 60_000;

/** Where the npm package `pulumi` keeps what it has downloaded, shared with the Automation API. */
function binaryOf(version: string): string {
  const home = process.env["PULUMI_HOME"] || join(homedir(), ".pulumi");
  const name = process.platform === "win32" ? "pulumi.exe" : "pulumi";
  return join(home, "versions", version, "bin", name);
}

export async function pulumiFromNpmCached(version: string): Promise<Attempt> {
  const binary = binaryOf(version);
  const folder = existsSync(binary) ? await folderOf(binary) : undefined;
  return folder ? { folder } : { refusal: `${binary} is not there` };
}

/**
 * The official npm package `pulumi`: a small script that downloads the CLI at its first use. It is
 * no dependency of the repository, where its command would hide the `pulumi` of the user.
 */
export async function pulumiFromNpm(version: string): Promise<Attempt> {
  console.log(`Downloading the Pulumi CLI ${version} with the npm package \`pulumi\``);
  const prefix = join(cacheFolder(), `pulumi-npm-${version}`);
  const script = join(prefix, "node_modules", "pulumi", "run.js");
  await mkdir(prefix, { recursive: true });
  if (!existsSync(script)) {
    const flags = ["install", `--prefix=${prefix}`, "--no-save", "--no-audit", "--no-fund"];
    const install = await runCommand("npm", [...flags, `pulumi@${version}`], {
      timeout: timeLimit,
    });
    if (!existsSync(script)) return refusal(`npm install pulumi: ${lastLine(install.output)}`);
  }
  const download = runCommand(process.execPath, [script, "version"], { timeout: timeLimit });
  const { code, output } = await withHeartbeat(
    download,
    (elapsed) => `  still downloading, ${elapsed}`,
  );
  if (code !== 0) return refusal(`the npm package pulumi: ${lastLine(output)}`);
  return pulumiFromNpmCached(version);
}

function refusal(sentence: string): Attempt {
  console.log(`  not possible: ${sentence}`);
  return { refusal: sentence };
}

function lastLine(output: string): string {
  return output.trim().split("\n").at(-1) ?? "no message";
}
