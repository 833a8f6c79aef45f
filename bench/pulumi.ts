import { readFile } from "node:fs/promises";
import pg from "pg";
import { pulumiEnvironment } from "../scripts/pulumi-environment.ts";
import { type Postgres, startPostgres } from "../test/postgres.ts";
import { type PackedProject, packedProject } from "../test/pulumi/packed-project.ts";
import { type Outcome, type TestStack, testStack } from "../test/pulumi/stack.ts";
import { type Figure, figure } from "./figure.ts";
import { note } from "./progress.ts";
import { programOfClaims, programOfNothing } from "./programs.ts";
import { createTables } from "./tables.ts";
import { elapsed, median } from "./timing.ts";

const claimCount = 200;
const warmUpCount = 10;
const rounds = 3;
const maxRatio = 1.5;
const maxConnections = 4;

/** Operations of a new stack, in the order of its life. */
const operations = ["preview", "up", "preview again", "up again"] as const;
type Operation = (typeof operations)[number];

interface Measurement {
  readonly operation: Operation;
  readonly value: number;
  readonly floor: number;
  readonly connections: number;
}

/** Operations on a program with many claims, beside one with as many resources that do nothing. */
export async function pulumiFigures(version: number): Promise<Figure[]> {
  note("packing the package");
  // The Automation API looks for the engine on this process's own PATH.
  Object.assign(process.env, await pulumiEnvironment());
  const postgres = await startPostgres(version, { settings: { log_connections: "on" } });
  const project = await packedProject();
  try {
    await round(postgres, project, "warm-up", warmUpCount);
    const measured: Measurement[] = [];
    for (let number = 1; number <= rounds; number++) {
      measured.push(...(await round(postgres, project, `round-${number}`, claimCount)));
    }
    return operations.flatMap((operation) =>
      figuresOf(
        operation,
        measured.filter((one) => one.operation === operation),
      ),
    );
  } finally {
    await Promise.all([postgres.stop(), project.remove()]);
  }
}

function figuresOf(operation: Operation, measured: readonly Measurement[]): Figure[] {
  const name = `pulumi ${operation}, ${claimCount} claims`;
  const value = median(measured.map((one) => one.value)) / 1_000;
  const floor = median(measured.map((one) => one.floor)) / 1_000;
  const connections = Math.max(...measured.map((one) => one.connections));
  return [
    figure({ name, value, unit: "s", floor }, { of: "ratio", atMost: maxRatio }),
    figure(
      { name: `${name}, connections opened`, value: connections, unit: "" },
      { of: "value", atMost: maxConnections },
    ),
  ];
}

/** Takes both programs through their operations in turns, in new stacks and a new database. */
async function round(
  postgres: Postgres,
  project: PackedProject,
  name: string,
  claims: number,
): Promise<Measurement[]> {
  const url = await databaseWithTables(postgres);
  const nothing = await testStack(project, `nothing-${name}`);
  const claiming = await testStack(project, `claims-${name}`);
  claiming.program = programOfClaims(project.integratedb, url, claims);
  nothing.program = programOfNothing(claims + 2);
  const measured: Measurement[] = [];
  for (const operation of operations) {
    note(`pulumi ${operation}, ${claims} claims, ${name}`);
    const floor = await elapsed(() => run(nothing, operation));
    const before = await connectionsOpened(postgres);
    const value = await elapsed(() => run(claiming, operation));
    const connections = (await connectionsOpened(postgres)) - before;
    note(`  ${Math.round(value)} ms, floor ${Math.round(floor)} ms, ${connections} connections`);
    measured.push({ operation, value, floor, connections });
  }
  return measured;
}

async function run(stack: TestStack, operation: Operation): Promise<void> {
  const isPreview = operation.startsWith("preview");
  const { ok, output, changes }: Outcome = await (isPreview ? stack.preview() : stack.up());
  const isAsExpected = ok && (operation === "up again" ? !("update" in changes) : true);
  if (!isAsExpected) throw new Error(`pulumi ${operation} failed:\n${output.slice(-4_000)}`);
}

async function databaseWithTables(postgres: Postgres): Promise<string> {
  const url = await postgres.createDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await createTables(client);
  await client.query("vacuum analyze");
  await client.end();
  return url;
}

/** Counted in the server's log, which also has those that were closed again at once. */
async function connectionsOpened(postgres: Postgres): Promise<number> {
  const log = await readFile(postgres.logFile, "utf8");
  return log.match(/connection authorized: .*application_name=integratedb/g)?.length ?? 0;
}
