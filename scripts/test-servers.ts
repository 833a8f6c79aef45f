import { prepareServers } from "../test/servers/prepare.ts";

/** Finds or installs the servers that tests of the relay run against; exit code 1 if one is missing. */
const { INTEGRATEDB_TEST_MISSING_SERVERS: missing = "{}" } = await prepareServers();
if (missing !== "{}") process.exitCode = 1;
