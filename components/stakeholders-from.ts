import { readdirSync } from "node:fs";
import { extname, join, parse } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Claim } from "./claim.ts";
import type { Database } from "./database.ts";
import type { ExistingDatabase } from "./existing-database.ts";
import { notificationDocument } from "./file-notification.ts";
import { Notification } from "./notification.ts";
import { readStakeholderFile } from "./read-stakeholder-file.ts";
import { Stakeholder } from "./stakeholder.ts";
import type { StakeholderFile } from "./stakeholder-file.ts";

/** Arguments of `stakeholdersFrom`. */
export interface StakeholdersFromArgs {
  /** The database that the stakeholders read. */
  readonly database: Database | ExistingDatabase;
}

/**
 * Declares the stakeholders of a folder, so that each team keeps its claims and notifications in a
 * file of its own: `reporter.yaml` (or `.yml`, `.json`) is the stakeholder `reporter`. Files of
 * other kinds and subfolders are passed over.
 *
 * @param folder path of the folder, from the working folder of the program.
 * @returns the stakeholders by name.
 * @throws pulumi.RunError IDB1202 with every problem of all files, each with line and column.
 *
 * @example
 * const { reporter } = integratedb.stakeholdersFrom("stakeholders", { database: shop });
 */
export function stakeholdersFrom(
  folder: string,
  args: StakeholdersFromArgs,
  opts: pulumi.ComponentResourceOptions = {},
): Record<string, Stakeholder> {
  const files = filesOf(folder).map((file) => ({ file, ...readStakeholderFile(file) }));
  const problems = files.flatMap((each) => each.problems ?? []);
  const named = files.flatMap(({ file, content }) =>
    content === undefined ? [] : [{ file, name: content.name ?? parse(file).name, content }],
  );
  problems.push(...doubles(named));
  if (problems.length > 0) throw malformed(folder, problems);
  return Object.fromEntries(
    named.map(({ name, content }) => [name, declare(name, content, args, opts)]),
  );
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
      .filter((entry) => [".yaml", ".yml", ".json"].includes(extname(entry.name)))
      .map((entry) => join(folder, entry.name))
      .toSorted();
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw malformed(folder, [`${folder}: the folder cannot be read (${reason})`]);
  }
}

/** A file's stakeholder that an earlier file declares already. */
function doubles(named: readonly { file: string; name: string }[]): string[] {
  const first = new Map<string, string>();
  return named.flatMap(({ file, name }) => {
    const earlier = first.get(name.toLowerCase());
    if (earlier !== undefined) return [`${file}:1:1: ${earlier} declares ${name} already`];
    first.set(name.toLowerCase(), file);
    return [];
  });
}

function declare(
  name: string,
  { claims, notifications, rotation, retire, adopt, deletion }: StakeholderFile,
  { database }: StakeholdersFromArgs,
  opts: pulumi.ComponentResourceOptions,
): Stakeholder {
  const stakeholder = new Stakeholder(
    name,
    {
      database,
      ...(rotation === undefined ? {} : { rotation }),
      ...(retire === undefined ? {} : { retire }),
      ...(adopt === undefined ? {} : { adopt }),
      ...(deletion === undefined ? {} : { deletion }),
    },
    opts,
  );
  for (const [claim, document] of Object.entries(claims ?? {})) {
    new Claim(`${name}-${claim}`, { stakeholder, name: claim, document }, opts);
  }
  for (const [notification, stated] of Object.entries(notifications ?? {})) {
    const document = notificationDocument(stated);
    new Notification(
      `${name}-${notification}`,
      { stakeholder, name: notification, document },
      opts,
    );
  }
  return stakeholder;
}

function malformed(folder: string, problems: readonly string[]): pulumi.RunError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new pulumi.RunError(`IDB1202 ${count} in ${folder}:\n  ${problems.join("\n  ")}`);
}
