import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../scripts/cache-folder.ts";
import { runCommand, withHeartbeat } from "../../scripts/command.ts";
import { installDebianPackages } from "./install-debian.ts";
import { findProgram } from "./programs.ts";

export interface PythonPackage {
  /** As PyPI has it, with extras. */
  readonly requirement: string;
  readonly version: string;
  /** What the environment takes, for people. */
  readonly size: string;
}

/** A Python environment of its own in the cache folder, with one package. */
export class PythonEnvironment {
  readonly #package: PythonPackage;
  readonly #name: string;
  readonly #folder: string;

  constructor(wanted: PythonPackage) {
    this.#package = wanted;
    this.#name = wanted.requirement.replace(/\[.*/, "");
    this.#folder = join(cacheFolder(), `${this.#name}-${wanted.version}`);
  }

  /** Its Python, if an earlier run has made it. */
  async find(): Promise<string | undefined> {
    return access(join(this.#folder, "complete")).then(
      () => join(this.#folder, "bin", "python"),
      () => undefined,
    );
  }

  /** @returns why it could not be done, or undefined once it is */
  async install(): Promise<string | undefined> {
    const python = await findProgram("python3");
    if (!python) return (await installDebianPackages(["python3-venv"])) ?? this.install();
    const { requirement, version, size } = this.#package;
    const folder = this.#folder;
    await mkdir(cacheFolder(), { recursive: true });
    console.error(`   Installing ${this.#name} ${version} into ${folder} (once, ${size})`);
    const draft = await mkdtemp(`${folder}-draft-`);
    const pip = ["-m", "pip", "install", "-q", `${requirement}==${version}`];
    const steps: [string, string[]][] = [
      [python, ["-m", "venv", folder]],
      [join(folder, "bin", "python"), pip],
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
}
