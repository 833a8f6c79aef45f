import { rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { pulumiEnvironment } from "../../scripts/pulumi-environment.ts";
import { startPostgres } from "../../test/postgres.ts";
import { packedProject } from "../../test/pulumi/packed-project.ts";
import { query } from "./person.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { type RelayPlace, relayPlace } from "./relay-place.ts";

const shop = fileURLToPath(new URL("../shop", import.meta.url));

/** All that the story plays on. */
export interface Stage {
  /** A stack of the program in `examples/shop/`, with its state in a local file. */
  readonly stack: Stack;
  /** The shop's owner's URL. */
  readonly url: string;
  /** The reporter's service. */
  readonly receiver: Receiver;
  /** Changes the stack's program. */
  edit(change: (program: string) => string): Promise<void>;
  readonly relay: RelayPlace;
  /** Ends the server and removes every file. */
  clear(): Promise<void>;
}

/**
 * A Postgres with the shop's tables, a project that has the package installed, and a place for a
 * relay.
 *
 * @throws after having removed what was made
 */
export async function setStage(): Promise<Stage> {
  const undo: (() => Promise<void>)[] = [];
  const clear = async () => {
    for (const step of undo.toReversed()) await step();
  };
  try {
    // The Automation API looks for the engine on the PATH of its own process.
    Object.assign(process.env, await pulumiEnvironment());
    const folder = await mkdtemp(join(tmpdir(), "integratedb-demo-"));
    const removal = { recursive: true, force: true, maxRetries: 5 };
    undo.push(() => rm(folder, removal));
    // Also where the process ends without waiting for anything.
    process.once("exit", () => rmSync(folder, removal));
    process.env["TMPDIR"] = folder;
    const postgres = await startPostgres(18);
    undo.push(() => postgres.stop());
    const project = await packedProject();
    await project.install("dockerode");
    const url = await postgres.createDatabase("shop");
    await query(url, await readFile(join(shop, "tables.sql"), "utf8"));
    const receiver = await startReceiver();
    undo.push(() => receiver.close());
    const relay = await relayPlace();
    undo.push(() => relay.clear());
    return {
      url,
      receiver,
      relay,
      clear,
      stack: await shopStack(project.folder, url),
      async edit(change) {
        const program = join(project.folder, "index.ts");
        await writeFile(program, change(await readFile(program, "utf8")));
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}

async function shopStack(folder: string, url: string): Promise<Stack> {
  const state = join(folder, "state");
  await mkdir(state);
  for (const file of ["Pulumi.yaml", "package.json", "index.ts"]) {
    await cp(join(shop, file), join(folder, file));
  }
  let runs = 0;
  const stack = await LocalWorkspace.createStack(
    {
      stackName: "demo",
      projectName: "shop",
      // A module runs when it is first imported, and a program runs once an operation.
      program: async () => {
        runs += 1;
        return { ...(await import(`${pathToFileURL(join(folder, "index.ts")).href}?${runs}`)) };
      },
    },
    {
      workDir: folder,
      envVars: {
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE: "demo",
      },
    },
  );
  await stack.setConfig("databaseUrl", { value: url, secret: true });
  return stack;
}
