import { chmod, copyFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const relay = fileURLToPath(new URL("../relay", import.meta.url));

/** Bundles the relay to `relay/dist/`, which runs without node_modules. */
export async function buildRelay(): Promise<string> {
  const outfile = join(relay, "dist", "main.js");
  await build({
    entryPoints: [join(relay, "main.ts")],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "esm",
    external: ["pg-native"],
    legalComments: "none",
    logLevel: "error",
    // Dependencies in CommonJS call require, which a module does not have.
    banner: {
      js: "#!/usr/bin/env node\nimport{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);",
    },
  });
  await chmod(outfile, 0o755);
  await copyFile(await kafkaChecksums(), join(relay, "dist", "native.wasm"));
  return outfile;
}

/** The Kafka client reads its checksum code from a file beside it. */
async function kafkaChecksums(): Promise<string> {
  const fromRelay = createRequire(join(relay, "package.json"));
  const kafka = createRequire(fromRelay.resolve("@platformatic/kafka"));
  return join(dirname(kafka.resolve("@platformatic/wasm-utils")), "native.wasm");
}

if (import.meta.main) {
  console.log(await buildRelay());
}
