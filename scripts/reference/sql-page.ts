import { readFile } from "node:fs/promises";
import { commentToMarkdown } from "./sql-comment.ts";

const introduction = `<!-- Made by \`npm run docs\` from the comments in sql/functions/. -->
# SQL reference

What migrations, and programs that do not use Pulumi, call. The functions of a migration have a name
of their own in the schema \`public\` and need no schema name; everything else is in the schema
\`integratedb\`. Errors have SQLSTATE \`P0001\`, or \`42501\` where a right is missing, a code in DETAIL
(see the [error reference](reference-errors.md)) and the way out in HINT.

Only the engine's owner may call what changes the registry, and [operators](concepts.md#operators)
for their own stakeholders. Migrations may be run by anyone: \`integratedb_validate_migration()\`,
\`integratedb_prepare_migration()\` and \`integratedb_unmet_claims()\` are open to all.

The views \`integratedb.stakeholders\`, \`logins\`, \`deliveries\`, \`claims\`, \`claimed_columns\`,
\`notifications\`, \`channels\`, \`operators\` and \`installation\` show the registry.
`;

interface PublicFunction {
  readonly file: string;
  /** The name by which migrations call it, where that is another one. */
  readonly alias?: string;
}

/** The public functions. Everything else in sql/functions is internal. */
const publicFunctions: Readonly<Record<string, readonly PublicFunction[]>> = {
  "In a migration": [
    { file: "validate_migration", alias: "integratedb_validate_migration" },
    { file: "prepare_migration", alias: "integratedb_prepare_migration" },
    { file: "unmet_claims", alias: "integratedb_unmet_claims" },
    { file: "sync", alias: "integratedb_sync" },
  ],
  Stakeholders: [
    { file: "put_stakeholder" },
    { file: "rename_stakeholder" },
    { file: "delete_stakeholder" },
  ],
  "Credentials and their rotation": [
    { file: "rotate_login" },
    { file: "preview_rotation" },
    { file: "put_delivery" },
    { file: "delete_delivery" },
    { file: "retire_login" },
    { file: "revoke_logins" },
    { file: "end_sessions" },
  ],
  Claims: [
    { file: "put_claim" },
    { file: "delete_claim" },
    { file: "preview" },
    { file: "expand" },
  ],
  Notifications: [
    { file: "put_notification" },
    { file: "delete_notification" },
    { file: "preview_notification" },
    { file: "channel_options" },
  ],
  "The relay": [
    { file: "grant_relay" },
    { file: "revoke_relay" },
    { file: "set_relay_key" },
    { file: "relay_key" },
    { file: "routes" },
    { file: "channel_role" },
  ],
  "Policy and operators": [
    { file: "set_policy" },
    { file: "get_policy" },
    { file: "put_operator" },
    { file: "delete_operator" },
  ],
  "Looking for drift": [{ file: "inspect" }, { file: "drift" }],
};

export async function sqlPage(): Promise<string> {
  const sections = Object.entries(publicFunctions).map(async ([title, functions]) => {
    const entries = await Promise.all(functions.map(entry));
    return `## ${title}\n\n${entries.join("\n")}`;
  });
  return [introduction, ...(await Promise.all(sections))].join("\n");
}

async function entry({ file, alias }: PublicFunction): Promise<string> {
  const source = new URL(`../../sql/functions/${file}.sql`, import.meta.url);
  const text = await readFile(source, "utf8");
  const comment = /^(?:--.*\n)+/.exec(text)?.[0];
  const signature = /create or replace function\s+([^$]*?)\s*\blanguage\b/.exec(text)?.[1];
  if (comment === undefined || signature === undefined) {
    throw new Error(`sql/functions/${file}.sql lacks the comment that documents it`);
  }
  return `### ${alias ?? file}
\`\`\`sql
${alias === undefined ? signature : signature.replace(`integratedb.${file}`, alias)}
\`\`\`
${commentToMarkdown(comment, parameters(signature))}
`;
}

function parameters(signature: string): string[] {
  const list = /\(([^)]*)\)/.exec(signature)?.[1] ?? "";
  return list.split(",").flatMap((parameter) => parameter.trim().split(" ")[0] || []);
}
