import { pulumiEngine } from "../scripts/pulumi-engine.ts";
import { postgresVersions } from "./postgres.ts";
import { preparePostgres } from "./postgres-binaries.ts";

/** Whatever must be downloaded or built comes first, so that no test's time runs out on it. */
export default async function setup(): Promise<void> {
  await preparePostgres([...postgresVersions(), 18]);
  await pulumiEngine();
}
