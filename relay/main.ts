import { readSettings, type Settings } from "./config.ts";
import { briefly, createLogger } from "./running/logger.ts";
import { runRelay } from "./running/relay.ts";
import { RelayError } from "./running/relay-error.ts";
import { startTracing } from "./running/tracing.ts";

/** Ends with 0 after SIGTERM or SIGINT, with 1 when only a person can go on, with 2 for bad settings. */
async function main(): Promise<number> {
  const settings = settingsOrNothing();
  if (settings === undefined) return 2;
  const log = createLogger(settings.LOG_LEVEL);
  const tracing = startTracing(process.env);
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());
  try {
    await runRelay(settings, { log, tracing, signal: stop.signal });
    log.info("the relay has stopped");
    return 0;
  } catch (error) {
    log.fatal({ err: error }, briefly(error).message);
    return error instanceof RelayError && error.code === "IDB4001" ? 2 : 1;
  } finally {
    await tracing.stop().catch(() => undefined);
  }
}

function settingsOrNothing(): Settings | undefined {
  try {
    return readSettings(process.env);
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  }
}

process.exitCode = await main();
