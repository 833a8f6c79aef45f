import type pg from "pg";
import { engineStatus, engineVersion, errors } from "../../sql/index.ts";
import type { DatabaseCommand } from "../command.ts";
import { requireRegistry } from "../registry-access.ts";
import { counted, printable } from "../terminal.ts";

export const doctor: DatabaseCommand = {
  name: "doctor",
  summary: "find what is not as the claims say, and say what to do",
  description:
    "Compares the database with the registry: roles that may do more or less than their claims " +
    "say, also through PUBLIC or the membership of other roles; roles, logins and grants that are " +
    "missing; rights that the engine lacks; an engine of another version; unmet claims. Prints " +
    "the statement that repairs each. Changes nothing. Exits 1 on any error; warnings leave it at 0. " +
    "For the engine's owner.",
  jsonShape:
    '{"healthy": boolean, "findings": [{"severity": "error" | "warning", "subject": string, ' +
    '"problem": string, "remedy": string}]}',
  runsIn: "readOnly",
  async work(client) {
    await requireRegistry(client, "inspect");
    const findings = await examine(client);
    const problems = findings.filter(({ severity }) => severity === "error").length;
    const healthy = problems === 0;
    const told = findings.map(
      ({ severity, subject, problem, remedy }) =>
        `${severity}: ${printable(subject)}: ${printable(problem)}\n  do: ${printable(remedy)}`,
    );
    const conclusion = healthy
      ? "The database is as its claims say."
      : `Found ${counted(problems, "error")}.`;
    return {
      json: { healthy, findings },
      text: [...told, conclusion].join("\n"),
      exit: healthy ? "ok" : "found",
    };
  },
};

interface Finding {
  readonly severity: "error" | "warning";
  readonly subject: string;
  readonly problem: string;
  readonly remedy: string;
}

/** An engine of another version is not asked: its answers may mean something else. */
async function examine(client: pg.ClientBase): Promise<Finding[]> {
  const engine = await engineStatus(client);
  const wrong = (problem: string, remedy: string): Finding[] => [
    { severity: "error", subject: "engine", problem, remedy },
  ];
  if (!engine.installed) return wrong("is not installed", "integratedb install");
  if (engine.version !== engineVersion) {
    const problem = `has version ${engine.version}, this command has ${engineVersion}`;
    return wrong(problem, engine.newer ? errors.IDB1003.remedy : "integratedb install");
  }
  if (!engine.current) {
    return wrong(`is not as version ${engineVersion} installs it`, "integratedb install");
  }
  const { rows } = await client.query<Finding>(
    "select severity, subject, problem, remedy from integratedb.inspect()",
  );
  return rows;
}
