import { Option } from "commander";
import { install as installEngine } from "../../sql/index.ts";
import type { DatabaseCommand } from "../command.ts";

export const install: DatabaseCommand = {
  name: "install",
  summary: "install the engine, or upgrade it",
  description:
    "Installs the engine of this version in the database, or upgrades an older one, in one " +
    "transaction. Refuses an engine that is newer. Where nothing is to do, changes nothing.",
  jsonShape: '{"version": string, "previous": string | null, "changed": boolean}',
  options: [
    new Option(
      "--enforce <when>",
      "validate: migrations call integratedb_validate_migration(); commit: also checked at the " +
        "commit of every migration, which needs the right to make event triggers. Default: as it is, " +
        "and validate for a new engine",
    ).choices(["validate", "commit"]),
  ],
  runsIn: "session",
  async work(client, { enforce }) {
    const {
      version,
      previous = null,
      changed,
    } = await installEngine(client, enforce === undefined ? {} : { enforce });
    return {
      json: { version, previous, changed },
      text: !changed
        ? `The engine ${version} is installed already.`
        : previous === null
          ? `Installed the engine ${version}.`
          : `Upgraded the engine from ${previous} to ${version}.`,
      exit: "ok",
    };
  },
};
