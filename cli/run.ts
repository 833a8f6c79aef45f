import { type Command, CommanderError } from "commander";
import {
  closePools,
  connectionFromEnvironment,
  readOnly,
  toIntegrateDbError,
  transaction,
  withClient,
} from "../provider/runtime/connection.ts";
import { IntegrateDbError } from "../sql/index.ts";
import type { AnyCommand, CommandOptions, Outcome } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { exitCodeOf, failureDocument, failureText, usageError } from "./failure.ts";
import { createProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Runs one command line, without the name of the program, and answers its exit code. Under
 * `--json` the standard output is one JSON document, also when the command fails.
 */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const json = argv.includes("--json");
  let exit: number = exitCodes.ok.code;
  const program = createProgram(terminal, async (command, options) => {
    const outcome = await perform(command, options, terminal);
    if (outcome === undefined) return;
    terminal.stdout.write(`${json ? JSON.stringify(outcome.json, null, 2) : outcome.text}\n`);
    exit = exitCodes[outcome.exit].code;
  });
  try {
    if (argv.length === 0) throw noCommand(program.helpInformation());
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok.code;
    const failure =
      error instanceof CommanderError ? refused(error, program, argv) : toIntegrateDbError(error);
    if (json) terminal.stdout.write(`${JSON.stringify(failureDocument(failure), null, 2)}\n`);
    else terminal.stderr.write(`${failureText(failure)}\n`);
    return exitCodeOf(failure);
  } finally {
    await closePools();
  }
  return exit;
}

async function perform(
  command: AnyCommand,
  options: CommandOptions,
  terminal: Terminal,
): Promise<Outcome | undefined> {
  if (command.runsIn === "relay") {
    await command.work(terminal, options);
    return undefined;
  }
  if (command.runsIn === "process") return command.work(terminal, options);
  const connection = connectionFromEnvironment(options.url, terminal.env);
  if (connection === undefined) {
    throw new IntegrateDbError("IDB1302", "The command line names no database.");
  }
  const inside = { readOnly, transaction, session: withClient }[command.runsIn];
  return inside(connection, (client) => command.work(client, options, terminal));
}

/** Of a group alone, commander shows the help and says nothing. */
function refused(error: CommanderError, program: Command, argv: readonly string[]) {
  if (error.code !== "commander.help") return usageError(error.message);
  const group = program.commands.find((command) => command.name() === argv[0]) ?? program;
  return noCommand(group.helpInformation());
}

function noCommand(help: string): IntegrateDbError {
  return usageError(`no command given\n\n${help}`);
}
