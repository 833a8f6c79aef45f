// `npm run demo`: the main job, end to end, on a Postgres and a state file of its own.
import { readFile } from "node:fs/promises";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import pg from "pg";
import { duration } from "../../scripts/command.ts";
import { catalogOf } from "../../test/pulumi/catalog.ts";
import { outlook } from "./outlook.ts";
import { answer, line, refusal, statement, step, title } from "./printing.ts";
import { query, type Stage, setStage } from "./stage.ts";

const interruption = new AbortController();
const { signal } = interruption;
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    // Whoever asks twice does not want to wait for Pulumi to end its operation.
    if (signal.aborted) process.exit(exitCodeOf(name));
    interruption.abort(name);
  });
}

async function tell({ stack, url }: Stage): Promise<void> {
  const before = await catalog(url);

  chapter("What the reporter depends on is declared in a Pulumi program, examples/shop/index.ts:");
  const program = await readFile(new URL("../shop/index.ts", import.meta.url), "utf8");
  const [match = ""] = program.match(/ {2}match: \[[\s\S]*?\n {2}\],/) ?? [];
  for (const text of match.split("\n")) line(text);

  chapter("`pulumi preview` shows every column that this covers, and changes nothing.");
  const events: EngineEvent[] = [];
  await stack.preview({ signal, onEvent: (event) => events.push(event) });
  for (const text of outlook(events)) line(text);
  must(
    JSON.stringify(before) === JSON.stringify(await catalog(url)),
    "the preview wrote something",
  );

  chapter("`pulumi up` puts the engine into the database and makes the roles and the credentials.");
  const { outputs } = await stack.up({ signal });
  const reporterUrl = String(outputs["reporterUrl"]?.value);
  must(outputs["reporterUrl"]?.secret === true, "the URL is no secret");
  line(`reporterUrl = ${reporterUrl.replace(/:[^:@]*@/, ":[secret]@")}`);
  const owner = new Person("shop=#", url);
  const reporter = new Person("reporter=>", reporterUrl);

  chapter("With them the reporter reads what it claimed, and nothing else.");
  await reporter.says("SELECT id, status, total FROM orders");
  await reporter.isRefused("SELECT name FROM customers");

  chapter("A migration that would break the reporter is refused, with all that it did.");
  await owner.isRefused(
    "BEGIN",
    "ALTER TABLE orders DROP COLUMN status",
    "SELECT integratedb_validate_migration()",
  );

  chapter("One that adds a column passes, and the reporter reads the column at once.");
  await owner.says(
    "BEGIN",
    "ALTER TABLE orders ADD COLUMN note text DEFAULT 'thanks'",
    "SELECT integratedb_validate_migration()",
    "COMMIT",
  );
  await reporter.says("SELECT id, status, note FROM orders");

  chapter("Somebody takes a right away by hand. `pulumi up --refresh` sees it and gives it back.");
  await owner.says("REVOKE SELECT (status) ON orders FROM reporter");
  await reporter.isRefused("SELECT status FROM orders");
  events.length = 0;
  await stack.up({ signal, refresh: true, onEvent: (event) => events.push(event) });
  for (const text of outlook(events)) line(text);
  await reporter.says("SELECT id, status FROM orders");

  chapter(
    "`pulumi destroy` takes everything away again. What is left, compared with the beginning:",
  );
  await stack.destroy({ signal });
  const after = await catalog(url);
  const left = [
    ...before.filter((row) => !after.includes(row)).map((row) => `-  ${row}`),
    ...after.filter((row) => !before.includes(row)).map((row) => `+  ${row}`),
  ];
  for (const text of left) line(text.replace(/column (\S+) (\S+) (.*) [tf]$/, "column $1.$2 $3"));
  must(left.length === 1, "more is left than the column that the migration added");
  line("and nothing else: that column is the migration's own.");
}

/** A step of the story; an operation of Pulumi would not see that it was interrupted before. */
function chapter(text: string): void {
  signal.throwIfAborted();
  step(text);
}

/** Somebody who talks to the database; what is said and answered is printed. */
class Person {
  readonly #prompt: string;
  readonly #url: string;

  constructor(prompt: string, url: string) {
    this.#prompt = prompt;
    this.#url = url;
  }

  /** @throws when any of the statements fails. */
  async says(...statements: string[]): Promise<void> {
    signal.throwIfAborted();
    for (const text of statements) statement(this.#prompt, text);
    answer(await query(this.#url, statements.join(";")));
  }

  /** @throws unless the last of the statements fails. */
  async isRefused(...statements: string[]): Promise<void> {
    signal.throwIfAborted();
    for (const text of statements) statement(this.#prompt, text);
    const failure: unknown = await query(this.#url, statements.join(";")).then(
      () => new Error(`this was not refused: ${statements.at(-1)}`),
      (error: unknown) => error,
    );
    if (!(failure instanceof pg.DatabaseError)) throw failure;
    refusal(failure);
  }
}

async function catalog(url: string): Promise<string[]> {
  const sql = (text: string) => query(url, text);
  return (await catalogOf({ url, name: "shop", sql, sqlAs: query })).split("\n");
}

function must(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}

/** As a shell has it: 128 and the number of the signal. */
function exitCodeOf(name: string): number {
  return name === "SIGINT" ? 130 : 143;
}

async function main(): Promise<void> {
  const started = Date.now();
  title("IntegrateDB: the database of a shop, and the reporter that reads it");
  console.log("Getting ready: the Pulumi engine, PostgreSQL 18, the package as npm packs it …");
  const stage = await setStage();
  try {
    await tell(stage);
    console.log(`\nDone in ${duration(Date.now() - started)}. By hand: docs/tutorial.md`);
  } finally {
    await stage.clear();
  }
}

await main().catch((error: unknown) => {
  if (signal.aborted) {
    console.error("\nInterrupted; everything is removed.");
    process.exitCode = exitCodeOf(signal.reason);
    return;
  }
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
