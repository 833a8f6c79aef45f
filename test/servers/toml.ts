import { runCommand } from "../../scripts/command.ts";
import { installDebianPackages } from "./install-debian.ts";
import { findProgram } from "./programs.ts";
import type { Supply } from "./supply.ts";

const program = "import json, sys, tomllib; json.dump(tomllib.loads(sys.argv[1]), sys.stdout)";

/** A Python that reads TOML: since 3.11 it does. */
export const tomlSupply: Supply<string> = {
  name: "Python 3.11 for TOML",
  async find() {
    const python = await findProgram("python3");
    if (python === undefined) return undefined;
    const { code } = await runCommand(python, ["-c", program, ""]);
    return code === 0 ? python : undefined;
  },
  install: () => installDebianPackages(["python3"]),
  hint: "apt-get install python3, 3.11 or newer",
};

/** @throws where the text is no TOML, with what is wrong */
export async function readToml(python: string, text: string): Promise<unknown> {
  const { code, output } = await runCommand(python, ["-c", program, text]);
  if (code !== 0) throw new Error(output);
  return JSON.parse(output);
}
