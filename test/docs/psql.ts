// Stands in for `psql` where there is none: connects by URL and prints as psql does what -c and -f
// send. With -1, all in one transaction; with -q, no command tags; with -v ON_ERROR_STOP=1, no more
// after an error.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import pg from "pg";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    command: { type: "string", short: "c", multiple: true, default: [] },
    file: { type: "string", short: "f" },
    quiet: { type: "boolean", short: "q", default: false },
    "single-transaction": { type: "boolean", short: "1", default: false },
    set: { type: "string", short: "v", multiple: true, default: [] },
  },
});

/** Types of numbers, which psql aligns to the right. */
const numeric = [20, 21, 23, 26, 700, 701, 1700];

const client = new pg.Client({
  connectionString: positionals[0],
  types: { getTypeParser: () => String },
});
let tag = "";
await client.connect();
client.connection.on("commandComplete", ({ text }: { text: string }) => {
  tag = text;
});
process.exitCode = await sendAll();
await client.end();

/** @returns the exit code, which after an error in a file is 0, unless psql is told to stop at it. */
async function sendAll(): Promise<number> {
  const whole = values["single-transaction"];
  const stops = values.set.includes("ON_ERROR_STOP=1");
  const place = values.file === undefined ? "" : `psql:${values.file}:`;
  let ok = true;
  if (whole) await client.query("BEGIN");
  for (const { text, line } of statements()) {
    ok = await send(text, place && `${place}${line}: `);
    if (stops && !ok) break;
  }
  if (whole) await client.query("COMMIT");
  if (ok) return 0;
  if (stops) return 3;
  return values.file === undefined ? 1 : 0;
}

/** Statements end with a semicolon at the end of a line; psql counts the line where they end. */
function statements(): { text: string; line: number }[] {
  if (values.file === undefined) return values.command.map((text) => ({ text, line: 1 }));
  const content = readFileSync(values.file, "utf8");
  return [...content.matchAll(/\s*([\s\S]+?;)[ \t]*(?=\n|$)/g)].map((match) => ({
    text: match[1] ?? "",
    line: content.slice(0, match.index + match[0].length).split("\n").length,
  }));
}

async function send(text: string, place: string): Promise<boolean> {
  try {
    const { rows, fields } = await client.query<(string | null)[]>({ text, rowMode: "array" });
    if (fields.length > 0) printTable(fields, rows);
    else if (!values.quiet) console.log(tag);
    return true;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    const { message, detail, hint, where } = error;
    console.error(`${place}ERROR:  ${message}`);
    for (const [title, said] of Object.entries({ DETAIL: detail, HINT: hint, CONTEXT: where })) {
      if (said) console.error(`${title}:  ${said}`);
    }
    return false;
  }
}

function printTable(fields: readonly pg.FieldDef[], rows: readonly (string | null)[][]): void {
  const widths = fields.map(({ name }, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const heads = fields.map(({ name }, column) => {
    const room = (widths[column] ?? 0) - name.length;
    return " ".repeat(Math.floor(room / 2)) + name + " ".repeat(Math.ceil(room / 2));
  });
  console.log(` ${heads.join(" | ")} `);
  console.log(widths.map((width) => "-".repeat(width + 2)).join("+"));
  for (const row of rows) {
    const cells = row.map((value, column) => {
      const right = numeric.includes(fields[column]?.dataTypeID ?? 0);
      const width = widths[column] ?? 0;
      return right ? (value ?? "").padStart(width) : (value ?? "").padEnd(width);
    });
    console.log(` ${cells.join(" | ")}`.trimEnd());
  }
  console.log(`(${rows.length} row${rows.length === 1 ? "" : "s"})\n`);
}
