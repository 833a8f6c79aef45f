import { randomBytes } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { RelayError } from "../running/relay-error.ts";

/**
 * Opens an empty file that has no name any more: nobody else can read it, and it is gone with the
 * process, however that ends.
 *
 * @throws RelayError IDB4018
 */
export async function openSpillFile(folder: string): Promise<FileHandle> {
  const path = join(folder, `integratedb-relay-${randomBytes(9).toString("hex")}`);
  return explained(folder, async () => {
    const file = await open(path, "wx+", 0o600);
    await unlink(path);
    return file;
  });
}

/** Writes all of the bytes at a position. @throws RelayError IDB4018 */
export function writeSpill(
  file: FileHandle,
  folder: string,
  bytes: Buffer,
  position: number,
): Promise<void> {
  return explained(folder, async () => {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  });
}

async function explained<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RelayError("IDB4018", `cannot write to the spill folder ${folder}: ${reason}`);
  }
}
