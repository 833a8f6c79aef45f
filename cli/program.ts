import { Command, Option } from "commander";
import { engineVersion } from "../sql/index.ts";
import type { AnyCommand, CommandOptions } from "./command.ts";
import { channels } from "./commands/channels.ts";
import { claims } from "./commands/claims.ts";
import { dlqDiscard } from "./commands/dlq-discard.ts";
import { dlqList } from "./commands/dlq-list.ts";
import { dlqRedrive } from "./commands/dlq-redrive.ts";
import { dlqShow } from "./commands/dlq-show.ts";
import { doctor } from "./commands/doctor.ts";
import { install } from "./commands/install.ts";
import { keygen } from "./commands/keygen.ts";
import { notifications } from "./commands/notifications.ts";
import { relayAcceptGap } from "./commands/relay-accept-gap.ts";
import { relayManifests } from "./commands/relay-manifests.ts";
import { revoke } from "./commands/revoke.ts";
import { seal } from "./commands/seal.ts";
import { status } from "./commands/status.ts";
import { sync } from "./commands/sync.ts";
import { tail } from "./commands/tail.ts";
import { uninstall } from "./commands/uninstall.ts";
import { unmet } from "./commands/unmet.ts";
import { validate } from "./commands/validate.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** In the order in which a database meets them. */
const commands: readonly AnyCommand[] = [
  install,
  status,
  claims,
  validate,
  unmet,
  sync,
  doctor,
  revoke,
  keygen,
  seal,
  notifications,
  channels,
  tail,
  dlqList,
  dlqShow,
  dlqRedrive,
  dlqDiscard,
  relayManifests,
  relayAcceptGap,
  uninstall,
];

/** What the first words of commands of two words stand for. */
const groups: Readonly<Record<string, string>> = {
  dlq: "dead letters: events that could not be delivered",
  relay: "running a relay, and what it waits for an operator to decide",
};

/**
 * The command line. `perform` is called once, with the command that the user chose; where the
 * command line is wrong, commander throws instead.
 */
export function createProgram(
  terminal: Pick<Terminal, "stdout">,
  perform: (command: AnyCommand, options: CommandOptions) => Promise<void>,
): Command {
  const program = new Command("integratedb")
    .description(
      "Claims on a shared Postgres database, and notifications of its changes: install, look, " +
        "check, repair.",
    )
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
    const words = command.name.split(" ");
    const parent = words.length === 1 ? program : group(program, words[0] ?? "");
    const sub = parent
      .command(words.at(-1) ?? "")
      .summary(command.summary)
      .description(`${command.description}\n\nJSON: ${command.jsonShape}`);
    if (command.runsIn !== "process") sub.addOption(urlOption());
    sub.addOption(new Option("--json", "print JSON, whatever happens"));
    for (const argument of command.arguments ?? []) sub.addArgument(argument);
    for (const option of command.options ?? []) sub.addOption(option);
    sub.action(() => {
      const names = (command.arguments ?? []).map((argument) => argument.name());
      const given = names.map((name, index) => [name, sub.processedArgs[index]]);
      return perform(command, { ...sub.opts<CommandOptions>(), ...Object.fromEntries(given) });
    });
  }
  return program;
}

/** The command that holds those which begin with a word. */
function group(program: Command, word: string): Command {
  const known = program.commands.find((command) => command.name() === word);
  if (known !== undefined) return known;
  const summary = groups[word] ?? "";
  return program.command(word).summary(summary).description(summary).helpCommand(false);
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
