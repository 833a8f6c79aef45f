import type { Command, Option } from "commander";
import { exitCodes } from "../../cli/exit-codes.ts";
import { createProgram } from "../../cli/program.ts";

const introduction = `<!-- Made by \`npm run docs\` from cli/. -->
# The command \`integratedb\`

For the people who write migrations and run databases. It comes with the package:

\`\`\`sh
export DATABASE_URL=postgresql://admin@db.example.com:5432/shop   # password: PGPASSWORD or ~/.pgpass
npx integratedb doctor
\`\`\`

## Connection
The first of these that is set:

1. \`--url postgresql://user@host:port/database\`. A password in it can be read by everyone who may
   list the processes of the machine, and stays in the shell's history: leave it out.
2. \`DATABASE_URL\`.
3. \`PGHOST\`, \`PGPORT\`, \`PGUSER\`, \`PGPASSWORD\`, \`PGDATABASE\`, \`PGSSLMODE\`, \`PGOPTIONS\`,
   \`PGCONNECT_TIMEOUT\`, as of libpq.

A password that none of them states is taken from \`PGPASSWORD\`, then from the password file
(\`PGPASSFILE\`, or \`~/.pgpass\`).
`;

const json = `## JSON
With \`--json\` the standard output is one JSON document, also when the command fails; then it is
\`{"error": {"code", "problem", "expected", "found", "remedy"}}\`. Without it, errors go to the
standard error. Keys may be added; a key that is there keeps its meaning.
`;

export function cliPage(): string {
  const program = createProgram({ stdout: { write: () => undefined } }, async () => undefined);
  const exits = Object.values(exitCodes).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  const commands = program.commands.flatMap((command) =>
    command.commands.length === 0 ? [command] : command.commands,
  );
  const shared = commands[0]?.options.filter(isShared) ?? [];
  const local = commands.filter(({ options }) => !options.some(({ long }) => long === "--url"));
  return [
    introduction,
    `## Exit codes\n| code | meaning |\n|---|---|\n${exits.join("\n")}\n`,
    json,
    `## Options of every command\n${optionList(shared)}\n\n${exception(local)}\n`,
    `## Commands\n\n${commands.map(section).join("\n")}`,
  ].join("\n");
}

function section(command: Command): string {
  const own = command.options.filter((option) => !isShared(option));
  const [what = "", shape = ""] = command.description().split("\n\nJSON: ");
  const given = command.registeredArguments.map((argument) => `<${argument.name()}>`);
  return `### ${[nameOf(command), ...given].join(" ")}
${what}
${own.length === 0 ? "" : `\n${optionList(own)}\n`}
\`\`\`text
${shape}
\`\`\`
`;
}

function exception(local: readonly Command[]): string {
  const names = local.map((command) => `\`${nameOf(command)}\``).join(" and ");
  return `But for ${names}, which connects to nothing and takes no \`--url\`.`;
}

function nameOf(command: Command): string {
  const group = command.parent?.parent ? [command.parent.name()] : [];
  return [...group, command.name()].join(" ");
}

function isShared({ long }: Option): boolean {
  return long === "--url" || long === "--json";
}

function optionList(options: readonly Option[]): string {
  return options.map(({ flags, description }) => `- \`${flags}\`: ${description}.`).join("\n");
}
