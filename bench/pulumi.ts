import { readFile } from "node:fs/promises";
import pg from "pg";
import { pulumiEnvironment } from "../scripts/pulumi-environment.ts";
import { type Postgres, startPostgres } from "../test/postgres.ts";
import { type PackedProject, packedProject } from "../test/pulumi/packed-project.ts";
import { type TestStack, testStack } from "../test/pulumi/stack.ts";
import { type Figure, figure, type Goal } from "./figure.ts";
import { programOfClaims, programOfNothing } from "./programs.ts";
import { note } from "./progress.ts";
import { createTables } from "./tables.ts";
import { elapsed, median } from "./timing.ts";

const claimCount = 200;
const fewColumns = 4;
const warmUpCount = 10;
const rounds = 3;
const maxRatio = 1.5;
const maxConnections = 4;

/** Operations of a new stack, in the order of its life. */
const operations = ["preview", "up", "preview without a change"] as const;
type Operation = (typeof operations)[number];

/** Seconds that an operation took, and the connections that it opened. */
interface Measurement {
  readonly operation: Operation;
  /** The program with claims on 20 columns each. */
  readonly claims: number;
  /** The same with few columns each, in a database of its own. */
  readonly small: number;
  /** As many resources that do nothing and hold nothing. */
  readonly empty: number;
  /** As many resources that do nothing and hold what a claim on 20 columns holds. */
  readonly filled: number;
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
  const of = (key: "claims" | "small" | "empty" | "filled" | "connections") =>
    measured.map((one) => one[key]);
  const goal: Goal = { of: "ratio", atMost: maxRatio };
  const large = { value: median(of("claims")), unit: "s" };
  const small = { value: median(of("small")), unit: "s" };
  const empty = median(of("empty"));
  return [
    figure({ name: `${name} of ${fewColumns} columns`, ...small, floor: empty }, goal),
    figure({ name: `${name} of 20 columns`, ...large, floor: empty }, goal),
    figure({ name: `${name}, by resources as full`, ...large, floor: median(of("filled")) }),
    figure(
      { name: `${name}, connections opened`, value: Math.max(...of("connections")), unit: "" },
      { of: "value", atMost: maxConnections },
    ),
  ];
}

/** Takes all programs through their operations in turns, in new stacks and a new database. */
async function round(
  postgres: Postgres,
  project: PackedProject,
  name: string,
  claims: number,
): Promise<Measurement[]> {
  const url = await databaseWithTables(postgres);
  const other = await databaseWithTables(postgres);
  const stacks = {
    empty: await testStack(project, `empty-${name}`),
    filled: await testStack(project, `filled-${name}`),
    claims: await testStack(project, `claims-${name}`),
    small: await testStack(project, `small-${name}`),
  };
  stacks.empty.program = programOfNothing(claims + 2);
  stacks.filled.program = programOfNothing(claims + 2, url);
  stacks.claims.program = programOfClaims(project.integratedb, url, claims);
  stacks.small.program = programOfClaims(project.integratedb, other, claims, fewColumns);
  const measured: Measurement[] = [];
  for (const operation of operations) {
    note(`pulumi ${operation}, ${claims} claims, ${name}`);
    const seconds = async (stack: TestStack) =>
      (await elapsed(() => run(stack, operation))) / 1_000;
    const empty = await seconds(stacks.empty);
    const before = await connectionsOpened(postgres);
    const taken = await seconds(stacks.claims);
    const connections = (await connectionsOpened(postgres)) - before;
    const small = await seconds(stacks.small);
    const filled = await seconds(stacks.filled);
    measured.push({ operation, claims: taken, small, empty, filled, connections });
  }
  return measured;
}

async function run(stack: TestStack, operation: Operation): Promise<void> {
  const { ok, output } = await (operation === "up" ? stack.up() : stack.preview({ diff: false }));
  if (!ok) throw new Error(`pulumi ${operation} failed:\n${output.slice(-4_000)}`);
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
