import { chmod, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const relay = fileURLToPath(new URL("../relay", import.meta.url));

const checksums = "@platformatic/wasm-utils";

/**
 * How Node is to be run for it, as its Dockerfile does too. Events live as long as their delivery
 * takes, so that most outlive a young generation of any size; without these flags the heap grows to
 * several times what is in it before they are looked for.
 */
export const heapFlags = ["--max-semi-space-size=8", "--heap-growing-percent=50"] as const;

/**
 * Bundles the relay into one file, which runs without node_modules, and the health check of its
 * image into another.
 *
 * @returns the program
 */
export async function buildRelay(folder = join(relay, "dist")): Promise<string> {
  await build({
    entryPoints: ["main.ts", "health-check.ts"].map((name) => join(relay, name)),
    outdir: folder,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "esm",
    // Both are looked for only by what the relay does not use.
    external: ["pg-native", "protobufjs"],
    // Of packages that have both, what is not used can be left out of modules only.
    mainFields: ["module", "main"],
    alias: { [checksums]: bundledChecksums() },
    plugins: [producerAlone],
    legalComments: "none",
    logLevel: "error",
    // Dependencies in CommonJS call require, which a module does not have.
    banner: {
      js: `#!/usr/bin/env -S node ${heapFlags.join(" ")}\nimport{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);`,
    },
  });
  const program = join(folder, "main.js");
  await chmod(program, 0o755);
  return program;
}

/**
 * The modules of the Kafka client do nothing when they are loaded, which its package does not say.
 * So what a producer does not use is left out: consumers, administration, registries of schemas.
 */
const producerAlone: Plugin = {
  name: "producer-alone",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^\./ }, async ({ path, pluginData, ...origin }) => {
      const isOfKafka = /@platformatic[\\/]kafka[\\/]/.test(origin.importer);
      if (pluginData === "resolving" || !isOfKafka) return undefined;
      const found = await resolve(path, { ...origin, pluginData: "resolving" });
      return { ...found, sideEffects: false };
    });
  },
};

/** Of the Kafka client's checksums, the form that holds its code and reads no file beside it. */
function bundledChecksums(): string {
  const fromRelay = createRequire(join(relay, "package.json"));
  const fromKafka = createRequire(fromRelay.resolve("@platformatic/kafka"));
  return fromKafka.resolve(`${checksums}/bundled`);
}

if (import.meta.main) {
  const program = await buildRelay();
  const { size } = await stat(program);
  console.log(`${relative(process.cwd(), program)}  ${(size / 1e6).toFixed(1)} MB`);
}
