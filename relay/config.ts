import { readFileSync } from "node:fs";
import * as z from "zod";
import { isRange } from "./channels/address-guard.ts";
import { RelayError } from "./running/relay-error.ts";

const seconds = z.coerce.number().min(0).max(86_400);
const megabytes = z.coerce.number().int().min(1).max(1_048_576);

/**
 * The relay's settings, each the environment variable INTEGRATEDB_RELAY_<NAME>. A variable with
 * _FILE at its end names a file that holds the value. docs/reference-relay.md is made from here.
 */
export const settings = z.object({
  DATABASE_URL: z
    .string()
    .regex(
      /^postgres(ql)?:\/\//,
      "must be a URL of the form postgresql://user:password@host/database",
    )
    .describe("URL of the database, as the relay's own login, which has REPLICATION. A secret."),
  KEY: z
    .string()
    .describe(
      "Private half of the relay's key, 32 bytes in base64url: `relayKey` of Database, or what `integratedb keygen` prints. A secret.",
    ),
  SLOT: z
    .string()
    .regex(/^[a-z0-9_]{1,63}$/, "must be 1 to 63 lower-case letters, digits or _")
    .default("integratedb")
    .describe("Name of the replication slot. Made at the first start, and never again by itself."),
  LISTEN: z
    .string()
    .regex(/^(\[[0-9a-fA-F:]+\]|[^:]*):\d{1,5}$/, "must be host:port")
    .default("0.0.0.0:8080")
    .describe("Address and port of /healthz, /readyz, /metrics and of socket channels."),
  SOURCE: z
    .string()
    .optional()
    .describe("`source` of every event. Default: /integratedb/<name of the database>."),
  MEMORY_MB: megabytes
    .default(16)
    .describe(
      "Megabytes of events that wait in memory, over all channels; what is more goes to the spool.",
    ),
  SPOOL_LIMIT_MB: megabytes
    .default(10_240)
    .describe(
      "Megabytes that the spool may take in the database. Beyond it reading stops, with an alarm, until there is room.",
    ),
  STREAMING: z
    .enum(["on", "off"])
    .default("on")
    .describe(
      "Whether the server sends large transactions before they commit; they are kept in SPILL_FOLDER until then.",
    ),
  SPILL_FOLDER: z
    .string()
    .optional()
    .describe(
      "Folder for transactions that have not committed yet. Must be writable, and as large as the largest of them. Default: the system's folder for temporary files.",
    ),
  ALLOW_ADDRESSES: z
    .string()
    .default("")
    .transform((text) =>
      text
        .split(",")
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(
      z.array(
        z.string().refine(isRange, {
          error: ({ input }) =>
            `${JSON.stringify(input)} is neither an address nor a range like 10.0.0.0/8`,
        }),
      ),
    )
    .describe(
      "Addresses in CIDR form, with commas, that channels may reach although they are loopback, link-local or the like.",
    ),
  DRAIN_SECONDS: seconds
    .default(10)
    .describe(
      "Seconds that a graceful stop waits for what is under way. What is left is read again at the next start.",
    ),
  STALL_SECONDS: seconds
    .default(60)
    .describe(
      "Seconds without progress, while the database writes WAL, after which /readyz is red.",
    ),
  DATABASE_TIMEOUT_SECONDS: z.coerce
    .number()
    .min(1)
    .max(86_400)
    .default(30)
    .describe(
      "Seconds without a word from the database after which a statement of the relay counts as lost, and its connection is closed.",
    ),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug"])
    .default("info")
    .describe("What is logged, as JSON lines on standard output. Never what events hold."),
});

export type Settings = z.output<typeof settings>;

const prefix = "INTEGRATEDB_RELAY_";

/**
 * Reads the settings from the environment.
 *
 * @throws RelayError IDB4001, with every variable that is wrong, and never its value
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const given = Object.keys(settings.shape).flatMap((name) => {
    const value = environment[prefix + name] ?? fromFile(environment[`${prefix}${name}_FILE`]);
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  const parsed = settings.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, code, message }) => {
    const name = `${prefix}${String(path[0])}`;
    return code === "invalid_type" ? `${name} is not set` : `${name}: ${message}`;
  });
  throw new RelayError("IDB4001", problems.join("; "));
}

function fromFile(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new RelayError("IDB4001", `the file ${file} cannot be read (${reason})`);
  }
}
