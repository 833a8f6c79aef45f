import { type Logger, pino } from "pino";

export type { Logger };

/**
 * Logs JSON lines to standard output. What events hold is never passed to it, and of errors only
 * code and message are written: their other properties may hold rows or connection strings.
 */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: { service: "integratedb-relay" },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: briefly },
  });
}

/** The code and message of an error, with passwords in URLs left out. */
export function briefly(error: unknown): { code?: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  const safe = message.replace(/(\w+:\/\/[^\s:/@]*):[^\s@]*@/g, "$1:…@").slice(0, 1000);
  return code === undefined ? { message: safe } : { code, message: safe };
}
