import { afterAll, beforeAll, beforeEach } from "vitest";
import { ServerMissing } from "./supply.ts";

/** Time for an installation that a run of this file alone may start. */
const installTime = 600_000;

/**
 * Starts a server before the tests of the file and ends it after them. Where the server cannot be
 * had, the file's tests are skipped, each with how to get it; the closing line counts them, and
 * INTEGRATEDB_TEST_REQUIRE=all makes them failures.
 *
 * @returns the server, once the tests run
 */
export function useServer<Server extends { stop(): Promise<void> }>(
  start: () => Promise<Server>,
): () => Server {
  let server: Server | undefined;
  let missing: ServerMissing | undefined;
  beforeAll(async () => {
    try {
      server = await start();
    } catch (error) {
      if (!(error instanceof ServerMissing)) throw error;
      missing = error;
    }
  }, installTime);
  beforeEach((context) => {
    if (missing) context.skip(missing.message);
  });
  afterAll(() => server?.stop());
  return () => {
    if (!server) throw new Error("The server has not been started yet.");
    return server;
  };
}
