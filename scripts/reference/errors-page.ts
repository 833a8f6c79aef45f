import { errors } from "../../sql/index.ts";

const introduction = `<!-- Made by \`npm run docs\` from sql/errors/. -->
# Error reference

Every error that a user can cause has a code that never changes its meaning. In Pulumi and in the
command \`integratedb\` the message begins with it. In SQL it is the first word of DETAIL, and HINT
holds the way out; SQLSTATE is \`P0001\`, or \`42501\` where a right is missing.
`;

const groups: readonly (readonly [prefix: string, title: string])[] = [
  ["IDB10", "The server and the engine"],
  ["IDB11", "Connecting"],
  ["IDB12", "Inputs of Pulumi resources"],
  ["IDB13", "The command"],
  ["IDB14", "Where a relay runs"],
  ["IDB15", "Secret stores"],
  ["IDB20", "Claims and policy"],
  ["IDB21", "Notifications"],
  ["IDB30", "Stakeholders and rights"],
  ["IDB40", "The relay: start, slot and registry"],
  ["IDB41", "The relay: channels and delivery"],
  ["IDB42", "Receivers: the package @integratedb/events"],
];

/** @throws Error when a code belongs to no group */
export function errorsPage(): string {
  const isGrouped = (code: string) => groups.some(([prefix]) => code.startsWith(prefix));
  const missing = Object.keys(errors).filter((code) => !isGrouped(code));
  if (missing.length > 0) throw new Error(`no group of codes: ${missing}`);
  const sections = groups.map(([prefix, title]) => {
    const rows = Object.entries(errors)
      .filter(([code]) => code.startsWith(prefix))
      .map(
        ([code, { title, meaning, remedy }]) =>
          `### ${code} ${title}\n${meaning}\n\nWhat to do: ${remedy}\n`,
      );
    return `## ${title}\n\n${rows.join("\n")}`;
  });
  return [introduction, ...sections].join("\n");
}
