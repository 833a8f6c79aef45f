/** Settings of a relay that are no secrets, by the names of their variables. */
const plain: ReadonlySet<string> = new Set(
  [
    "SLOT",
    "LISTEN",
    "SOURCE",
    "MEMORY_MB",
    "SPOOL_LIMIT_MB",
    "STREAMING",
    "SPILL_FOLDER",
    "ALLOW_ADDRESSES",
    "DRAIN_SECONDS",
    "STALL_SECONDS",
    "DATABASE_TIMEOUT_SECONDS",
    "LOG_LEVEL",
  ].map(relayVariable),
);

/** Without which no relay starts. */
export const requiredSecrets = ["DATABASE_URL", "KEY"].map(relayVariable);

/** The variable of the environment that holds a setting of a relay. */
export function relayVariable(setting: string): string {
  return `INTEGRATEDB_RELAY_${setting}`;
}

/** Every setting of a relay, as `relay/config.ts` has them, by the names of their variables. */
export const relayVariables: readonly string[] = [...requiredSecrets, ...plain];

export interface RelayEnvironment {
  readonly plain: Readonly<Record<string, string>>;
  readonly secret: Readonly<Record<string, string>>;
}

/**
 * The variables of a relay that anybody may read, and those that are secrets: what is not known to be
 * none is one.
 */
export function splitEnvironment(variables: Readonly<Record<string, string>>): RelayEnvironment {
  const entries = Object.entries(variables);
  return {
    plain: Object.fromEntries(entries.filter(([name]) => plain.has(name))),
    secret: Object.fromEntries(entries.filter(([name]) => !plain.has(name))),
  };
}
