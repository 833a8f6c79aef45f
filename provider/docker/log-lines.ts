import type Docker from "dockerode";
import type { ContainerWish } from "./container-form.ts";
import { withSecretFiles } from "./secret-files.ts";

const count = 15;
/** Characters of a line. */
const longest = 400;

/** The last lines that the container has printed, without its secrets. */
export async function lastLines(container: Docker.Container, wish: ContainerWish): Promise<string> {
  const log = await container.logs({ stdout: true, stderr: true, tail: count, follow: false });
  return textOf(log)
    .split("\n")
    .map((line) => masked(line.trimEnd(), wish).slice(0, longest))
    .filter((line) => line !== "")
    .slice(-count)
    .join("\n");
}

/**
 * The text in a log whose pieces each have a header of 8 bytes: the stream, three zeros, the length.
 *
 * https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container/operation/ContainerAttach
 */
function textOf(log: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= log.length; ) {
    const end = at + 8 + log.readUInt32BE(at + 4);
    pieces.push(log.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(pieces).toString("utf8");
}

function masked(line: string, { environment }: ContainerWish): string {
  const secrets = Object.values(withSecretFiles(environment).files).flatMap((value) => {
    const password = URL.parse(value)?.password;
    return password ? [value, password, decodeURIComponent(password)] : [value];
  });
  return secrets.reduce((text, secret) => text.replaceAll(secret, "[secret]"), line);
}
