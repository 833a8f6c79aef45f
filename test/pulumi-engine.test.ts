import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "../scripts/command.ts";

const prints = (version: string) => `#!/bin/sh\necho ${version}\n`;
const fails = "#!/bin/sh\necho 'no route to host' >&2\nexit 1\n";
/** Puts a program that prints a version where `go build -o` is told to. */
const builds = `#!/bin/sh
while [ $# -gt 0 ]; do
  if [ "$1" = -o ]; then printf '#!/bin/sh\\necho v3.259.0\\n' > "$2"; /bin/chmod +x "$2"; fi
  shift
done
`;

let machine: string;

beforeEach(async () => {
  machine = await mkdtemp(join(tmpdir(), "machine-"));
});
afterEach(() => rm(machine, { recursive: true }));

/** A machine with an empty home and nothing on PATH but what the test puts there. */
async function withProgram(name: string, text: string, folder = "bin"): Promise<void> {
  await mkdir(join(machine, folder), { recursive: true });
  await writeFile(join(machine, folder, name), text, { mode: 0o755 });
}

async function findEngine() {
  const script = `
    import { pulumiEngine } from ${JSON.stringify(resolve("scripts/pulumi-engine.ts"))};
    console.log("found", await pulumiEngine().catch((error) => error.message));`;
  const args = ["--input-type=module", "--eval", script];
  const env = {
    PATH: join(machine, "bin"),
    HOME: machine,
    XDG_CACHE_HOME: join(machine, "cache"),
  };
  const { output } = await runCommand(process.execPath, args, { env });
  return output;
}

const system = `${process.platform}-${process.arch}`;

test("a Pulumi CLI on PATH is taken as it is", async () => {
  await withProgram("pulumi", prints("v3.300.0"));
  expect(await findEngine()).toBe("found undefined\n");
});

test("one that the npm package has downloaded before is used again", async () => {
  const folder = ".pulumi/versions/3.259.0/bin";
  await withProgram("pulumi", prints("v3.259.0"), folder);
  expect(await findEngine()).toBe(`found ${join(machine, folder)}\n`);
});

test("without a download the CLI is built with Go, and kept for the next time", async () => {
  await withProgram("npm", fails);
  await withProgram("go", builds);
  expect(await findEngine()).toContain("Building the Pulumi CLI 3.259.0 from its Go module");
  await withProgram("go", fails);
  const built = join(machine, "cache", "integratedb", `pulumi-v3.259.0-${system}`);
  expect(await findEngine()).toBe(`found ${built}\n`);
});

test("where no way works, the error says what each way said and what to install", async () => {
  await withProgram("pulumi", prints("v2.25.2"));
  await withProgram("npm", fails);
  const output = await findEngine();
  expect(output).toContain("The Pulumi engine could not be had");
  expect(output).toContain("pulumi on PATH is v2.25.2, not v3");
  expect(output).toContain("no route to host");
  expect(output).toContain("there is no Go tool chain");
  expect(output).toContain("Install the Pulumi CLI");
});
