import { readFile } from "node:fs/promises";

const introduction = `<!-- Made by \`npm run docs\` from the comments in sql/functions/. -->
# SQL reference

What migrations, and programs that do not use Pulumi, call. The three functions of a migration are
in the schema \`public\` and need no schema name; everything else is in the schema \`integratedb\`.
Errors have a code, see the [error reference](reference-errors.md).
`;

/** The public functions, by the files that hold them. Everything else in sql/functions is internal. */
export const publicFunctions: Readonly<Record<string, readonly string[]>> = {
  "In a migration": ["validate_migration", "unmet_claims", "sync"],
  Stakeholders: ["put_stakeholder", "rename_stakeholder", "delete_stakeholder", "rotate_login"],
  Claims: ["put_claim", "delete_claim", "expand", "judge"],
  "Policy and operators": ["set_policy", "get_policy", "put_operator", "delete_operator"],
  Looking: ["inspect"],
};

export async function sqlPage(): Promise<string> {
  const sections = Object.entries(publicFunctions).map(async ([title, names]) => {
    const entries = await Promise.all(names.map(entry));
    return `## ${title}\n\n${entries.join("\n")}`;
  });
  return [introduction, ...(await Promise.all(sections))].join("\n");
}

async function entry(name: string): Promise<string> {
  const source = new URL(`../../sql/functions/${name}.sql`, import.meta.url);
  const text = await readFile(source, "utf8");
  const comment = /^(?:--.*\n)+/.exec(text)?.[0];
  const signature = /create or replace function\s+([^$]*?)\s*\blanguage\b/.exec(text)?.[1];
  if (comment === undefined || signature === undefined) {
    throw new Error(`sql/functions/${name}.sql lacks the comment that documents it`);
  }
  return `### ${name}
\`\`\`sql
${signature}
\`\`\`
${comment.replaceAll(/^-- ?/gm, "")}`;
}
