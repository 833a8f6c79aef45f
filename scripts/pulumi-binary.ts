import { dirname } from "node:path";
import { runCommand } from "./command.ts";

/** One way to have the engine: its folder, or a sentence that says why not. */
export type Attempt = { readonly folder: string } | { readonly refusal: string };

/** The version that a Pulumi binary names, such as `v3.259.0`, or undefined where it does not run. */
export async function versionOf(binary: string): Promise<string | undefined> {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { code, output } = await runCommand(binary, ["version"], { env, timeout: 30_000 });
  return code === 0 ? /^v\d+\.\d+\.\S+/m.exec(output)?.[0] : undefined;
}

/** The folder of a binary, if the binary runs and is of version 3. */
export async function folderOf(binary: string): Promise<string | undefined> {
  return (await versionOf(binary))?.startsWith("v3.") ? dirname(binary) : undefined;
}
