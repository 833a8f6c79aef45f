import { pulumiEnvironment } from "../scripts/pulumi-environment.ts";
import { postgresVersions } from "./postgres.ts";
import { preparePostgres } from "./postgres-binaries.ts";

/**
 * Whatever must be downloaded or built comes first, so that no test's time runs out on it. The
 * processes of the tests inherit what is set here.
 */
export default async function setup(): Promise<void> {
  await preparePostgres([...postgresVersions(), 18]);
  Object.assign(process.env, await pulumiEnvironment());
}
