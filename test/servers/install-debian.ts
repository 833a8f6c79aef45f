import { access, rm, writeFile } from "node:fs/promises";
import { runCommand, withHeartbeat } from "../../scripts/command.ts";
import { findProgram } from "./programs.ts";

/** Debian asks it before a package starts its service; 101 forbids that. */
const policy = "/usr/sbin/policy-rc.d";

/**
 * Installs packages of Debian or Ubuntu without starting their services.
 *
 * @returns why it could not be done, or undefined once it is
 */
export async function installDebianPackages(
  packages: readonly string[],
): Promise<string | undefined> {
  const apt = await findProgram("apt-get");
  if (!apt) return "there is no apt-get";
  if (process.getuid?.() !== 0) return "apt-get needs root";
  const names = packages.join(" ");
  console.log(`   Installing ${names} with apt-get (once)`);
  const ownPolicy = await forbidServices();
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const run = (...args: string[]) =>
      withHeartbeat(
        runCommand(apt, ["-qq", "-o", "DPkg::Lock::Timeout=300", ...args], { env }),
        (elapsed) => `   apt-get ${args[0]} ${names}: ${elapsed}`,
      );
    const install = () => run("install", "--yes", "--no-install-recommends", ...packages);
    // A machine that has its package lists already is spared the minute that new ones can take.
    if ((await install()).code === 0) return undefined;
    await run("update");
    const { code, output } = await install();
    return code === 0 ? undefined : `apt-get install ${names}: ${output.trim().slice(-400)}`;
  } finally {
    if (ownPolicy) await rm(policy, { force: true });
  }
}

async function forbidServices(): Promise<boolean> {
  const exists = await access(policy).then(
    () => true,
    () => false,
  );
  if (!exists) await writeFile(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  return !exists;
}
