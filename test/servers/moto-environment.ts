import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../scripts/cache-folder.ts";
import { runCommand, withHeartbeat } from "../../scripts/command.ts";
import { installDebianPackages } from "./install-debian.ts";
import { findProgram } from "./programs.ts";

/** moto plays services of AWS; this is the version that the tests were written against. */
const version = "5.2.5";
const folder = join(cacheFolder(), `moto-${version}`);

/** Python of the environment that has moto, if an earlier run has made it. */
export async function findMoto(): Promise<string | undefined> {
  const python = join(folder, "bin", "python");
  return access(join(folder, "complete")).then(
    () => python,
    () => undefined,
  );
}

/** @returns why it could not be done, or undefined once it is */
export async function installMoto(): Promise<string | undefined> {
  const python = await findProgram("python3");
  if (!python) return (await installDebianPackages(["python3-venv"])) ?? installMoto();
  await mkdir(cacheFolder(), { recursive: true });
  console.log(`   Installing moto ${version} into ${folder} (once, 320 MB)`);
  const draft = await mkdtemp(`${folder}-draft-`);
  const steps: [string, string[]][] = [
    [python, ["-m", "venv", folder]],
    [join(folder, "bin", "python"), ["-m", "pip", "install", "-q", `moto[server]==${version}`]],
  ];
  // Scripts of an environment hold its path: it is made where it stays, and complete only at the end.
  await rm(folder, { recursive: true, force: true });
  for (const [command, args] of steps) {
    let { code, output } = await withHeartbeat(
      runCommand(command, args),
      (elapsed) => `   python ${args.slice(0, 3).join(" ")}: ${elapsed}`,
    );
    if (code !== 0 && args[1] === "venv" && /ensurepip|python3-venv/.test(output)) {
      const refusal = await installDebianPackages(["python3-venv"]);
      if (refusal) return refusal;
      ({ code, output } = await runCommand(command, args));
    }
    if (code !== 0) return `python ${args.join(" ")}: ${output.trim().slice(-400)}`;
  }
  await rename(draft, join(folder, "complete"));
  return undefined;
}
