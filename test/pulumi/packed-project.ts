import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("../..", import.meta.url));

type Package = typeof import("../../components/index.ts");

/** A fresh project that has the package installed as its users have it. */
export interface PackedProject {
  readonly folder: string;
  /** The package, as a program in this project imports it. */
  readonly integratedb: Package;
  /** Installs packages, or scopes of them, that are installed here: a project has no peers at first. */
  install(...names: string[]): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Packs the package and unpacks the tarball into a new project: real files in node_modules, which
 * Pulumi serialises otherwise than code that is linked. Its dependencies are links to the ones
 * that are installed here.
 */
export async function packedProject(): Promise<PackedProject> {
  const folder = await mkdtemp(join(tmpdir(), "integratedb-project-"));
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "@integratedb"), { recursive: true });
  const pack = ["pack", "--json", "--pack-destination", folder];
  await run("npm", pack, { cwd: repository });
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no tarball");
  await run("tar", ["-xzf", tarball], { cwd: folder });
  await run("mv", ["package", join(modules, "@integratedb", "pulumi")], { cwd: folder });
  const install = async (...names: string[]) => {
    for (const name of names) {
      await symlink(join(repository, "node_modules", name), join(modules, name));
    }
  };
  await install("@pulumi", ...(await dependencies()));
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({ name: "shop", type: "module", dependencies: { "@integratedb/pulumi": "*" } }),
  );
  const require = createRequire(join(folder, "program.js"));
  return {
    folder,
    integratedb: require("@integratedb/pulumi") as Package,
    install,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function dependencies(): Promise<string[]> {
  const manifest: unknown = JSON.parse(await readFile(join(repository, "package.json"), "utf8"));
  if (typeof manifest !== "object" || manifest === null || !("dependencies" in manifest)) return [];
  return Object.keys(manifest.dependencies ?? {});
}
