import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand, withHeartbeat } from "../../scripts/command.ts";
import { type ContainerEngine, runEngine } from "./container-engine.ts";
import { installDebianPackages } from "./install-debian.ts";
import { findProgram } from "./programs.ts";

/** Where apt has Debian from; the general address where it has none. */
async function debianMirror(): Promise<string> {
  const { output } = await runCommand("apt-get", ["indextargets", "--format", "$(REPO_URI)"]);
  return (
    output.split("\n").find((uri) => /\/debian\/?$/.test(uri)) ?? "http://deb.debian.org/debian"
  );
}

/** What the image of that name has and this one needs not. */
const ballast = [
  "usr/share/doc",
  "usr/share/man",
  "usr/share/locale",
  "var/cache/apt",
  "var/lib/apt/lists",
];

/**
 * Pulls the image, or makes one like it where no registry can be reached: Debian from the mirror of
 * apt, with the Node that runs this.
 *
 * @returns why it could not be done, or undefined once it is
 */
export async function obtainNodeImage(
  engine: ContainerEngine,
  image: string,
): Promise<string | undefined> {
  if ((await runEngine(engine, "pull", "--quiet", image)).code === 0) return undefined;
  if (process.getuid?.() !== 0) return `${image} cannot be pulled, and only root can make one`;
  const missing = ["debootstrap", "tar"];
  const present = await Promise.all(missing.map((name) => findProgram(name)));
  const packages = missing.filter((_, at) => present[at] === undefined);
  const refusal = packages.length > 0 ? await installDebianPackages(packages) : undefined;
  if (refusal) return `${image} cannot be pulled, nor made: ${refusal}`;
  const folder = await mkdtemp(join(tmpdir(), "integratedb-node-image-"));
  try {
    return await makeImage(engine, image, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeImage(
  engine: ContainerEngine,
  image: string,
  folder: string,
): Promise<string | undefined> {
  console.log(`   Making ${image} from Debian's packages, since it cannot be pulled (once)`);
  const root = join(folder, "root");
  const debian = ["--variant=minbase", "--include=ca-certificates", "bookworm", root];
  const made = await withHeartbeat(
    runCommand("debootstrap", [...debian, await debianMirror()]),
    (elapsed) => `   debootstrap bookworm: ${elapsed}`,
  );
  if (made.code !== 0) return `debootstrap: ${made.output.trim().slice(-400)}`;
  for (const path of ballast) await rm(join(root, path), { recursive: true, force: true });
  await copyFile(process.execPath, join(root, "usr/local/bin/node"));
  const archive = join(folder, "root.tar");
  const packed = await runCommand("tar", ["-C", root, "-cf", archive, "."]);
  if (packed.code !== 0) return `tar: ${packed.output.trim().slice(-400)}`;
  const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  const changes = [`ENV PATH=${path}`, 'CMD ["node"]'].flatMap((each) => ["--change", each]);
  const imported = await runEngine(engine, "import", ...changes, archive, image);
  return imported.code === 0 ? undefined : `podman import: ${imported.output.trim().slice(-400)}`;
}
