import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** Where Debian and others keep servers that are not on everybody's PATH. */
const furtherFolders = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"];

/**
 * The absolute path of a program, or undefined where there is none.
 *
 * @param first folders that are looked at before those of PATH
 */
export async function findProgram(
  name: string,
  first: readonly string[] = [],
): Promise<string | undefined> {
  const onPath = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const folder of [...first, ...onPath, ...furtherFolders]) {
    const file = join(folder, name);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      // Not here.
    }
  }
  return undefined;
}
