import { postgresVersions } from "./postgres.ts";
import { preparePostgres } from "./postgres-binaries.ts";

/** Whatever has to be downloaded comes before the first test, so that no test's time runs out on it. */
export default async function setup(): Promise<void> {
  await preparePostgres([...postgresVersions(), 18]);
}
