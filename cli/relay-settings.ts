import { readFileSync } from "node:fs";
import {
  type RelayEnvironment,
  relayVariable,
  relayVariables,
  requiredSecrets,
  splitEnvironment,
} from "../provider/runtime/relay-variables.ts";
import { IntegrateDbError } from "../sql/index.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The settings of a relay among the variables of a process, each stated as itself or, under its name
 * with _FILE at the end, as the name of a file that holds it.
 *
 * @throws IntegrateDbError IDB1314 if a file cannot be read
 */
export function relaySettings(variables: Variables): RelayEnvironment {
  const stated = relayVariables.flatMap((name) => {
    const value = variables[name] ?? contentOf(variables, `${name}_FILE`);
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return splitEnvironment(Object.fromEntries(stated));
}

/**
 * Refuses secrets with which no relay would start, without repeating them.
 *
 * @throws IntegrateDbError IDB1314
 */
export function requireSecrets(secret: RelayEnvironment["secret"]): void {
  const missing = requiredSecrets.filter((name) => secret[name] === undefined);
  if (missing.length > 0) {
    const problem = `The relay's secrets are not set: ${missing.join(" and ")}.`;
    throw new IntegrateDbError("IDB1314", problem);
  }
  const forms = {
    [relayVariable("DATABASE_URL")]: [/^postgres(ql)?:\/\//, "a URL of Postgres"],
    [relayVariable("KEY")]: [/^[\w-]{43}=?$/, "32 bytes in base64url"],
  } as const;
  for (const [name, [form, expected]] of Object.entries(forms)) {
    if (form.test(secret[name] ?? "")) continue;
    throw new IntegrateDbError("IDB1314", `${name} has the wrong form.`, { expected });
  }
}

function contentOf(variables: Variables, name: string): string | undefined {
  const file = variables[name];
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    const found = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new IntegrateDbError("IDB1314", `The file of ${name} cannot be read.`, { found });
  }
}
