import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { engineVersion } from "../../sql/index.ts";
import { startPostgres } from "../postgres.ts";
import { packedProject } from "./packed-project.ts";
import { placeholders, releasedProgram, releasedStack } from "./released-program.ts";
import { withShop } from "./shop.ts";
import { testStack } from "./stack.ts";

/**
 * Keeps the state that this release writes, for the tests of all later ones. Run once a release:
 * `node test/pulumi/record-release.ts`.
 */
const postgres = await startPostgres(18);
const project = await packedProject();
try {
  const shop = await withShop(postgres);
  const stack = await testStack(project, releasedStack);
  stack.program = releasedProgram(project, shop.url);
  const up = await stack.up();
  if (!up.ok) throw new Error(up.output);
  const password = new URL(String(up.outputs["uri"])).password;
  const text = JSON.stringify(await stack.deployment(), withoutPlaces, 2)
    .replaceAll(shop.url, placeholders.connection)
    .replaceAll(password, placeholders.password);
  const folder = fileURLToPath(new URL("states", import.meta.url));
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/${engineVersion}.json`, `${text}\n`);
} finally {
  await Promise.all([postgres.stop(), project.remove()]);
}

/** Leaves out where in the program a resource was declared: a path of the machine. */
function withoutPlaces(key: string, value: unknown): unknown {
  return key === "stackTrace" || key === "sourcePosition" ? undefined : value;
}
