import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "../../postgres.ts";
import { Decoded } from "./decoded.ts";

const postgresVersion = postgresVersions().at(-1) ?? 18;
let server: Postgres;
let database: Decoded;

beforeAll(async () => {
  server = await startPostgres(postgresVersion);
  database = await Decoded.start(server);
  await database.client.query(`
    create type mood as enum ('happy', 'it''s "ok"');
    create type point3 as (x integer, note text);
    create domain positive as integer check (value > 0);
    create domain positives as positive[];
    create schema other;
    create domain other.email as text;
  `);
});

afterAll(async () => {
  await database?.stop();
  await server?.stop();
});

let tables = 0;

/** What a receiver gets for one value of a type. */
async function received(type: string, literal: string): Promise<unknown> {
  const table = `value_${++tables}`;
  await database.client.query(`create table ${table} (value ${type})`);
  await database.client.query(`insert into ${table} values (${literal})`);
  const [event] = await database.received();
  return event?.data.new?.["value"];
}

describe("values are lossless", () => {
  test.each<[type: string, literal: string, json: unknown]>([
    ["boolean", "true", true],
    ["boolean", "false", false],
    ["smallint", "-32768", -32768],
    ["integer", "2147483647", 2147483647],
    ["bigint", "9223372036854775807", "9223372036854775807"],
    ["numeric", "12345678901234567890.0123456789", "12345678901234567890.0123456789"],
    ["numeric", "'NaN'", "NaN"],
    ["money", "-1234.5", "-$1,234.50"],
    ["real", "0.1", 0.1],
    ["real", "'Infinity'", "Infinity"],
    ["double precision", "0.1::float8 + 0.2", 0.1 + 0.2],
    ["double precision", "1e300", 1e300],
    ["double precision", "-5e-324", -5e-324],
    ["double precision", "'NaN'", "NaN"],
    ["double precision", "'-Infinity'", "-Infinity"],
    ["timestamptz", "'2026-07-20 12:11:12.123456+02'", "2026-07-20T10:11:12.123456Z"],
    ["timestamptz", "'2026-07-20 12:00:00+00'", "2026-07-20T12:00:00Z"],
    ["timestamptz", "'infinity'", "infinity"],
    ["timestamptz", "'0044-03-15 00:00:00+00 BC'", "0044-03-15T00:00:00Z BC"],
    ["timestamptz", "'12026-01-02 03:04:05+00'", "12026-01-02T03:04:05Z"],
    ["timestamp", "'2026-07-20 12:11:12.5'", "2026-07-20T12:11:12.5"],
    ["timestamp", "'-infinity'", "-infinity"],
    ["timestamp", "'0044-03-15 12:00:00 BC'", "0044-03-15T12:00:00 BC"],
    ["date", "'2026-07-20'", "2026-07-20"],
    ["date", "'infinity'", "infinity"],
    ["date", "'0044-03-15 BC'", "0044-03-15 BC"],
    ["time", "'10:11:12.123456'", "10:11:12.123456"],
    ["timetz", "'10:11:12+02'", "10:11:12+02"],
    ["interval", "'1 year 2 mons 3 days 04:05:06.7'", "P1Y2M3DT4H5M6.7S"],
    ["interval", "'-3 days'", "P-3D"],
    ["uuid", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
    ["bytea", "'\\xdeadbeef00'", "3q2+7wA="],
    ["bytea", "''", ""],
    ["text", "''", ""],
    [
      "text",
      `E'quote " back\\\\slash \\n \\t \\x01 \\x7f'`,
      'quote " back\\slash \n \t \u0001 \u007f',
    ],
    ["text", "'żółw 🐢 \u2028'", "żółw 🐢 \u2028"],
    ["text", `'"ż'`, '"ż'],
    ["char(4)", "'ab'", "ab  "],
    [
      "jsonb",
      `'{"a": [1, null, "x"], "big": 123456789012345}'`,
      { a: [1, null, "x"], big: 123456789012345 },
    ],
    ["json", `'[1,\n 2]'`, [1, 2]],
    ["jsonb", "'null'", null],
    ["mood", `'it''s "ok"'`, 'it\'s "ok"'],
    ["point3", `row(1, 'a,"b')`, '(1,"a,""b")'],
    ["int4range", "'[1,5)'", "[1,5)"],
    ["inet", "'10.0.0.1/8'", "10.0.0.1/8"],
    ["positive", "7", 7],
    ["other.email", `'a"@b'`, 'a"@b'],
    ["integer[]", "'{1,NULL,3}'", [1, null, 3]],
    ["integer[]", "'{}'", []],
    [
      "integer[]",
      "'{{1,2},{3,4}}'",
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ["integer[]", "'[0:1]={5,6}'", [5, 6]],
    [
      "text[]",
      `array['a,b', 'say "hi"', 'back\\slash', 'NULL', '', null, '{x}']`,
      ["a,b", 'say "hi"', "back\\slash", "NULL", "", null, "{x}"],
    ],
    ["bigint[]", "'{9007199254740993}'", ["9007199254740993"]],
    ["boolean[]", "'{t,f}'", [true, false]],
    ["timestamptz[]", "'{2026-07-20 10:11:12+00}'", ["2026-07-20T10:11:12Z"]],
    ["bytea[]", "array['\\xff'::bytea]", ["/w=="]],
    ["jsonb[]", `array['{"a":1}'::jsonb]`, [{ a: 1 }]],
    ["mood[]", "'{happy}'", ["happy"]],
    ["positive[]", "'{1,2}'", [1, 2]],
    ["positives", "'{1,2}'", [1, 2]],
    ["box[]", "'{(1,1),(0,0);(2,2),(1,1)}'", ["(1,1),(0,0)", "(2,2),(1,1)"]],
    ["int2vector", "'1 2'", "1 2"],
    ["integer", "null", null],
    ["text[]", "null", null],
  ])("%s %s", async (type, literal, json) => {
    expect(await received(type, literal)).toEqual(json);
  });
});

test("what Postgres itself would write as JSON is what a receiver reads", async () => {
  await database.client.query(`
    create table both_ways (id integer, name text, ok boolean, share double precision, day date,
      at timestamptz, doc jsonb, tags text[], grid integer[])`);
  await database.client.query(`
    insert into both_ways
    select n, E'name "' || n || E'" \\\\ ü' || chr(1 + n % 200), n % 2 = 0, n / 7.0::float8, date '2026-01-01' + n,
      null, jsonb_build_object('n', n), array['a' || n, null, 'b"'], array[[n, 1], [2, 3]]
    from generate_series(1, 300) n`);
  const { rows } = await database.client.query(
    "select to_jsonb(b) as row from both_ways b order by id",
  );
  const events = await database.received();
  expect(events.map(({ data }) => data.new)).toEqual(rows.map(({ row }) => row));
});

test("a long value and a row beyond the whole-row limit arrive as they are", async () => {
  await database.client.query(
    "create table long (id integer primary key, a text, b text, c integer)",
  );
  await database.client.query(
    `insert into long values (1, repeat('long ', 20000), repeat(E'ü"\\n', 50000), 3)`,
  );
  const [event] = await database.received();
  const expected = { id: 1, a: "long ".repeat(20000), b: 'ü"\n'.repeat(50000), c: 3 };
  expect(event?.data.new).toEqual(expected);
});
