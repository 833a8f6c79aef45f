import { type ErrorCode, IntegrateDbError } from "../sql/index.ts";
import { type ExitName, exitCodes } from "./exit-codes.ts";
import { printable } from "./terminal.ts";

/** Codes whose exit code is not `failed`. */
const exits: Partial<Record<ErrorCode, ExitName>> = {
  IDB1001: "engine",
  IDB1002: "database",
  IDB1003: "engine",
  IDB1004: "database",
  IDB1101: "usage",
  IDB1102: "database",
  IDB1103: "database",
  IDB1104: "database",
  IDB1105: "database",
  IDB1106: "database",
  IDB1107: "database",
  IDB1108: "database",
  IDB1111: "engine",
  IDB1301: "usage",
  IDB1302: "usage",
  IDB1303: "usage",
  IDB1305: "usage",
  IDB1306: "usage",
  IDB1309: "usage",
  IDB1310: "relay",
  IDB1311: "relay",
  IDB1312: "relay",
  IDB1313: "relay",
  IDB1314: "usage",
};

export function exitCodeOf(failure: IntegrateDbError): number {
  return exitCodes[exits[failure.code] ?? "failed"].code;
}

/** What commander says about a command line, without the secrets that may stand in it. */
export function usageError(message: string): IntegrateDbError {
  const problem = message
    .replace(/^error: /, "")
    .replaceAll(/:\/\/\S*@/g, "://…@")
    .replaceAll(/(password\s*=\s*)\S+/gi, "$1…");
  return new IntegrateDbError("IDB1301", problem);
}

/** For people: the code and what is wrong, then one line each for expected, found and the way out. */
export function failureText(failure: IntegrateDbError): string {
  const lines = [
    `${failure.code} ${failure.problem}`,
    ...(failure.expected === undefined ? [] : [`  expected: ${failure.expected}`]),
    ...(failure.found === undefined ? [] : [`  found:    ${failure.found}`]),
    `  do:       ${failure.remedy}`,
  ];
  return lines
    .flatMap((line) => line.split("\n"))
    .map(printable)
    .join("\n");
}

/** For machines: `{"error": {"code", "problem", "expected", "found", "remedy"}}`. */
export function failureDocument(failure: IntegrateDbError): object {
  const { code, problem, expected = null, found = null, remedy } = failure;
  return { error: { code, problem, expected, found, remedy } };
}
