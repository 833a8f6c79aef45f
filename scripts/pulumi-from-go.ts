import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cache-folder.ts";
import { duration, runCommand, withHeartbeat } from "./command.ts";
import { type Attempt, folderOf } from "./pulumi-binary.ts";

const command = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
/** go.mod and go.sum of the build, so that it takes what was reviewed and nothing newer. */
const recipe = fileURLToPath(new URL("pulumi-cli", import.meta.url));

function folderFor(version: string): string {
  return join(cacheFolder(), `pulumi-v${version}-${process.platform}-${process.arch}`);
}

function binaryIn(folder: string): string {
  return join(folder, process.platform === "win32" ? "pulumi.exe" : "pulumi");
}

export async function pulumiFromGoCached(version: string): Promise<Attempt> {
  const binary = binaryIn(folderFor(version));
  const folder = existsSync(binary) ? await folderOf(binary) : undefined;
  return folder ? { folder } : { refusal: `${binary} is not there` };
}

/** Builds the CLI from its Go module; kept in the user's cache folder, so once a machine. */
export async function pulumiFromGo(version: string): Promise<Attempt> {
  const go = await runCommand("go", ["version"]);
  if (go.code !== 0) return { refusal: "there is no Go tool chain to build the Pulumi CLI with" };
  const target = folderFor(version);
  await mkdir(cacheFolder(), { recursive: true });
  const draft = await mkdtemp(join(cacheFolder(), "build-"));
  try {
    console.log(
      `Building the Pulumi CLI ${version} from its Go module, about 5 minutes, into ${target}`,
    );
    const failure = await build(version, binaryIn(draft));
    if (failure) return { refusal: `go build of the Pulumi CLI: ${failure}` };
    if (!(await folderOf(binaryIn(draft))))
      return { refusal: "the Pulumi CLI built by Go does not run" };
    await chmod(draft, 0o755);
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
    return { folder: target };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Why it failed, or undefined. */
async function build(version: string, output: string): Promise<string | undefined> {
  const started = Date.now();
  const options = { cwd: recipe, env: { ...process.env, CGO_ENABLED: "0", GOWORK: "off" } };
  const total = await packagesToBuild(options);
  let built = 0;
  const flags = ["-v", "-mod=readonly", "-buildvcs=false", "-trimpath", "-o", output];
  const compiling = runCommand(
    "go",
    ["build", ...flags, "-ldflags", `-s -w -X ${versionVariable}=v${version}`, command],
    { ...options, onLine: () => built++ },
  );
  const { code, output: messages } = await withHeartbeat(
    compiling,
    (elapsed) => `  compiled ${built}${total ? ` of at most ${total}` : ""} packages, ${elapsed}`,
  );
  if (code !== 0) return messages.trim().split("\n").slice(-5).join("; ");
  console.log(`  built in ${duration(Date.now() - started)}`);
  return undefined;
}

/** Downloads the modules on the way, which is the first minute of the work. */
async function packagesToBuild(options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<number> {
  const listing = runCommand("go", ["list", "-mod=readonly", "-deps", command], options);
  const { code, output } = await withHeartbeat(
    listing,
    (elapsed) => `  downloading modules, ${elapsed}`,
  );
  return code === 0
    ? output.split("\n").filter((line) => line && !line.startsWith("go: ")).length
    : 0;
}
