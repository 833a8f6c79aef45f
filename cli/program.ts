import { Command, Option } from "commander";
import { engineVersion } from "../sql/index.ts";
import type { CommandOptions, DatabaseCommand } from "./command.ts";
import { claims } from "./commands/claims.ts";
import { doctor } from "./commands/doctor.ts";
import { install } from "./commands/install.ts";
import { status } from "./commands/status.ts";
import { sync } from "./commands/sync.ts";
import { uninstall } from "./commands/uninstall.ts";
import { unmet } from "./commands/unmet.ts";
import { validate } from "./commands/validate.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** In the order in which a database meets them. */
const commands: readonly DatabaseCommand[] = [
  install,
  status,
  claims,
  validate,
  unmet,
  sync,
  doctor,
  uninstall,
];

/**
 * The command line. `perform` is called once, with the command that the user chose; where the
 * command line is wrong, commander throws instead.
 */
export function createProgram(
  terminal: Pick<Terminal, "stdout">,
  perform: (command: DatabaseCommand, options: CommandOptions) => Promise<void>,
): Command {
  const program = new Command("integratedb")
    .description("Claims on a shared Postgres database: install, look, check, repair.")
    .version(engineVersion)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      // What commander has against a command line is thrown as well, and told once.
      writeErr: () => undefined,
    })
    .configureHelp({ sortSubcommands: false })
    .helpCommand(false)
    .addHelpText("after", `\nExit codes:\n${exitCodeList()}`);
  for (const command of commands) {
    const sub = program
      .command(command.name)
      .summary(command.summary)
      .description(`${command.description}\n\nJSON: ${command.jsonShape}`)
      .addOption(urlOption())
      .addOption(new Option("--json", "print one JSON document, whatever happens"))
      .action((options: CommandOptions) => perform(command, options));
    for (const option of command.options ?? []) sub.addOption(option);
  }
  return program;
}

function exitCodeList(): string {
  return Object.values(exitCodes)
    .map(({ code, meaning }) => `  ${code}  ${meaning}`)
    .join("\n");
}

function urlOption(): Option {
  return new Option(
    "--url <url>",
    "the database, as postgres://user@host:port/name; a password in it can be read by everyone " +
      "who may list processes, so prefer DATABASE_URL, PGPASSWORD or a password file. " +
      "Default: DATABASE_URL, then the PG* variables",
  );
}
