/** Where the relay finds its secrets: a volume that belongs to its container alone. */
export const secretFolder = "/secrets";

const secretNames = ["INTEGRATEDB_RELAY_DATABASE_URL", "INTEGRATEDB_RELAY_KEY"];

/** The user of the relay's image, who reads them. */
const user = 65_532;
const block = 512;

/**
 * The variables that hold secrets of the relay itself become files, since anybody who may ask the
 * engine is shown a container's environment.
 *
 * @returns the variables without them, which name the files, and the files by name
 */
export function withSecretFiles(environment: Readonly<Record<string, string>>): {
  readonly variables: Record<string, string>;
  readonly files: Record<string, string>;
} {
  const entries = Object.entries(environment);
  const secrets = entries.filter(([name]) => secretNames.includes(name));
  const others = entries.filter(([name]) => !secretNames.includes(name));
  const places = secrets.map(([name]) => [`${name}_FILE`, `${secretFolder}/${name}`]);
  return {
    variables: Object.fromEntries([...others, ...places]),
    files: Object.fromEntries(secrets),
  };
}

/**
 * An archive of files that the relay's user alone may read.
 *
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
 */
export function archiveOf(files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files).flatMap(([name, text]) => {
    const content = Buffer.from(text);
    const padding = Buffer.alloc((block - (content.length % block)) % block);
    return [headerOf(name, content.length), content, padding];
  });
  return Buffer.concat([...entries, Buffer.alloc(2 * block)]);
}

function headerOf(name: string, size: number): Buffer {
  const header = Buffer.alloc(block);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  header.write(name, 0);
  header.write(octal(0o400, 7), 100);
  header.write(octal(user, 7), 108);
  header.write(octal(user, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(0, 11), 136);
  header.write("        0", 148);
  header.write("ustar\0", 257);
  header.write("00", 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148);
  return header;
}
