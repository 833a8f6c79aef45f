import { createRequire } from "node:module";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { pulumiEngine } from "./pulumi-engine.ts";

const binaries = fileURLToPath(new URL("../node_modules/.bin", import.meta.url));
const home = fileURLToPath(new URL("../.cache/pulumi-home", import.meta.url));

/**
 * The environment for programs that use the Automation API: PATH holds the engine, the plugin of
 * dynamic resources that `@pulumi/pulumi` ships, and the Node that runs that plugin. The engine's own
 * files are kept in the clone, apart from the user's logins and plugins.
 *
 * @throws when the engine cannot be had
 */
export async function pulumiEnvironment(): Promise<Record<string, string>> {
  const engine = await pulumiEngine();
  const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  const folders = [engine, sdk, binaries, process.env["PATH"]].filter((folder) => folder);
  return {
    ...definedOf(process.env),
    PATH: folders.join(delimiter),
    PULUMI_HOME: home,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
