import { installDebianPackages } from "./install-debian.ts";
import { findProgram } from "./programs.ts";
import type { Supply } from "./supply.ts";

/** The program that judges units, which need not be run for it. */
export const systemdSupply: Supply<string> = {
  name: "systemd-analyze",
  find: () => findProgram("systemd-analyze"),
  install: () => installDebianPackages(["systemd"]),
  hint: "apt-get install systemd",
};
