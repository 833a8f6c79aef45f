import { readFile } from "node:fs/promises";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { catalogOf } from "../../test/pulumi/catalog.ts";
import { notificationOf } from "./notification.ts";
import { outlook } from "./outlook.ts";
import { Person, query } from "./person.ts";
import { line, step } from "./printing.ts";
import type { Receiver } from "./receiver.ts";
import type { Stage } from "./stage.ts";

/**
 * Plays the story and prints it.
 *
 * @param signal interrupts it, at the latest at the next step.
 * @throws when anything is not as it is told.
 */
export async function tell(stage: Stage, signal: AbortSignal): Promise<void> {
  const { stack, url, receiver, relay } = stage;
  const chapter = (text: string) => {
    // An operation of Pulumi sees only an interruption that comes while it runs.
    signal.throwIfAborted();
    step(text);
  };
  const before = await catalog(url);

  chapter("What the reporter depends on is declared in a Pulumi program, examples/shop/index.ts:");
  for (const text of await matchOfTheProgram()) line(text);

  chapter("`pulumi preview` shows every column that this covers, and changes nothing.");
  await showing("public.orders.status", (onEvent) => stack.preview({ signal, onEvent }));
  must(changes(before, await catalog(url)).length === 0, "the preview changed something");

  chapter("`pulumi up` puts the engine into the database and makes the roles and the credentials.");
  const { reporterUrl } = (await stack.up({ signal })).outputs;
  must(reporterUrl?.secret === true, "the URL is no secret");
  const secretUrl = String(reporterUrl?.value);
  line(`reporterUrl = ${secretUrl.replace(/:[^:@]*@/, ":[secret]@")}`);
  const owner = new Person("shop=#", url);
  const reporter = new Person("reporter=>", secretUrl);

  chapter("With them the reporter reads what it claimed, and nothing else.");
  await reporter.says("SELECT id, status, total FROM orders");
  await reporter.isRefused("permission denied", "SELECT name FROM customers");

  chapter("A migration that would break the reporter is refused, with all that it did.");
  await owner.isRefused(
    "needs public.orders.status",
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

  chapter("The reporter asks to be told of changes. That, too, stands in the program:");
  const notification = notificationOf(receiver.url);
  for (const text of notification.trimEnd().split("\n")) line(text);

  chapter(
    "And a relay, which delivers what is committed from here on, as the reporter may see it:",
  );
  for (const text of relay.declaration.trimEnd().split("\n")) line(text);
  line(relay.explanation);
  await stage.edit((program) => [program, notification, relay.declaration].join("\n"));
  const { relayEnvironment } = (
    await showing("Notification", (onEvent) => stack.up({ signal, onEvent }))
  ).outputs;
  must(relayEnvironment?.secret !== false, "the relay's environment is no secret");
  await relay.start(relayEnvironment?.value ?? {});
  await owner.says(
    "INSERT INTO orders VALUES (3, 1, 'open', 42.00)",
    "UPDATE orders SET status = 'paid' WHERE id = 3",
  );
  await hears(receiver, "integratedb.row.inserted", "open");
  await hears(receiver, "integratedb.row.updated", "paid");
  await relay.stop();

  chapter("Somebody takes a right away by hand. `pulumi up --refresh` sees it and gives it back.");
  await owner.says("REVOKE SELECT (status) ON orders FROM reporter");
  await reporter.isRefused("permission denied", "SELECT status FROM orders");
  await showing("public.orders.status", (onEvent) => stack.up({ signal, refresh: true, onEvent }));
  await reporter.says("SELECT id, status FROM orders");

  chapter("`pulumi destroy` takes it all away. What is left, compared with the beginning:");
  await stack.destroy({ signal });
  const left = changes(before, await catalog(url));
  for (const text of left) line(text.replace(/column (\S+) (\S+) (.*) [tf]$/, "column $1.$2 $3"));
  must(left.length === 1, "more is left than the column that the migration added");
  line("and nothing else: that column is the migration's own.");
}

/** Prints the next event that comes, which must be of the type, and of an order of that status. */
async function hears(receiver: Receiver, type: string, status: string): Promise<void> {
  const event = await receiver.next();
  line(`   POST ${event.type.padEnd(24)}  ${event.subject}  ${JSON.stringify(event.data.new)}`);
  must(event.type === type && event.data.new?.["status"] === status, "another event was expected");
}

async function matchOfTheProgram(): Promise<string[]> {
  const program = await readFile(new URL("../shop/index.ts", import.meta.url), "utf8");
  const [match = ""] = program.match(/ {2}match: \[[\s\S]*?\n {2}\],/) ?? [];
  return match.split("\n");
}

/** Prints what an operation does to resources and claims, which must mention the text. */
async function showing<Result>(
  mention: string,
  operation: (onEvent: (event: EngineEvent) => void) => Promise<Result>,
): Promise<Result> {
  const events: EngineEvent[] = [];
  const result = await operation((event) => events.push(event));
  const texts = outlook(events);
  for (const text of texts) line(text);
  must(
    texts.some((text) => text.includes(mention)),
    `nothing was said of ${mention}`,
  );
  return result;
}

/** Every object, right, role and setting of the database, a line each. */
async function catalog(url: string): Promise<string[]> {
  const sql = (text: string) => query(url, text);
  return (await catalogOf({ url, name: "shop", sql, sqlAs: query })).split("\n");
}

function changes(before: readonly string[], after: readonly string[]): string[] {
  return [
    ...before.filter((row) => !after.includes(row)).map((row) => `-  ${row}`),
    ...after.filter((row) => !before.includes(row)).map((row) => `+  ${row}`),
  ];
}

function must(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}
