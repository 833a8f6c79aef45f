import { engineStatus, engineVersion, IntegrateDbError } from "../../sql/index.ts";
import { parseConnection, readOnly } from "./connection.ts";
import { fits, versionOfImage } from "./relay-image.ts";
import { hasUnknown } from "./unknown.ts";

interface Stated {
  readonly image: string;
  /** The version that this program gives the engine; undefined if another program does. */
  readonly engineVersion?: string | undefined;
  readonly connection: unknown;
}

/**
 * Refuses a relay that cannot work with the engine, as far as the image says which relay it is. The
 * database is asked only for an engine that another program installs.
 *
 * @throws IntegrateDbError IDB1209
 */
export async function requireFit({ image, engineVersion: own, connection }: Stated): Promise<void> {
  const relay = versionOfImage(image) ?? engineVersion;
  const engine = own ?? (await installedVersion(connection));
  if (engine === undefined || fits(relay, engine)) return;
  const problem = `The image ${image} is a relay of version ${relay}.`;
  throw new IntegrateDbError("IDB1209", problem, {
    expected: `one of version ${engine.split(".").slice(0, 2).join(".")}.x, as the engine`,
  });
}

async function installedVersion(connection: unknown): Promise<string | undefined> {
  if (hasUnknown(connection)) return undefined;
  return (await readOnly(parseConnection(connection), engineStatus)).version;
}
