import { versionOf } from "./pulumi-binary.ts";
import { pulumiFromGo, pulumiFromGoCached } from "./pulumi-from-go.ts";
import { pulumiFromNpm, pulumiFromNpmCached } from "./pulumi-from-npm.ts";

/** The version that is downloaded or built where none is on PATH. */
const pulumiVersion = "3.259.0";

let found: Promise<string | undefined> | undefined;

/**
 * The folder that holds the Pulumi engine, or undefined where `pulumi` is on PATH already. Looks on
 * PATH, then for one that an earlier run has kept, then downloads it, then builds it.
 *
 * @throws when no way works, with what each of them said and what to do
 */
export function pulumiEngine(): Promise<string | undefined> {
  found ??= findEngine();
  return found;
}

async function findEngine(): Promise<string | undefined> {
  const onPath = await versionOf("pulumi");
  if (onPath?.startsWith("v3.")) return undefined;
  const refusals = [onPath ? `pulumi on PATH is ${onPath}, not v3` : "pulumi is not on PATH"];
  for (const way of [pulumiFromNpmCached, pulumiFromGoCached, pulumiFromNpm, pulumiFromGo]) {
    const attempt = await way(pulumiVersion);
    if ("refusal" in attempt) refusals.push(attempt.refusal);
    else return attempt.folder;
  }
  throw new Error(
    `The Pulumi engine could not be had:\n${refusals.map((line) => `  - ${line}`).join("\n")}\n` +
      "Install the Pulumi CLI (https://www.pulumi.com/docs/iac/download-install/), connect to the " +
      "internet, or install Go 1.25.11 or newer (https://go.dev/dl/), and run the command again.",
  );
}
