import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { document, integratedb } from "./command-line.ts";
import { Shop } from "./shop.ts";

interface Diagnosis {
  readonly healthy: boolean;
  readonly findings: readonly {
    severity: string;
    subject: string;
    problem: string;
    remedy: string;
  }[];
}

/** What somebody did, and what doctor is to say about it. `R` stands for the stakeholder's role. */
const drifts: readonly (readonly [what: string, done: string, problem: RegExp])[] = [
  [
    "a column too many",
    "GRANT SELECT (secret) ON orders TO R",
    /has SELECT \(secret\) on public\.orders beyond its claims/,
  ],
  ["a table too many", "GRANT SELECT ON payments TO R", /has SELECT on public\.payments/],
  ["a table-wide grant", "GRANT SELECT ON orders TO R", /has SELECT on public\.orders/],
  ["a right to write", "GRANT INSERT, UPDATE (status) ON orders TO R", /INSERT, UPDATE \(status\)/],
  [
    "a grant to everyone",
    "GRANT SELECT ON payments TO PUBLIC",
    /has SELECT on public\.payments, beyond the claims of R/,
  ],
  [
    "a column granted to everyone",
    "GRANT SELECT (secret) ON orders TO PUBLIC",
    /has SELECT \(secret\) on public\.orders, beyond the claims of R/,
  ],
  [
    "a membership",
    "CREATE ROLE R_readers; GRANT SELECT ON payments TO R_readers; GRANT R_readers TO R",
    /is a member of R_readers, which has rights on 1 object .*: public\.payments/,
  ],
  [
    "a membership of a membership",
    "CREATE ROLE R_in; CREATE ROLE R_mid ROLE R; GRANT R_in TO R_mid; GRANT UPDATE ON payments TO R_in",
    /is a member of R_mid, which has rights on 1 object/,
  ],
  [
    "a membership of a table's owner",
    "CREATE ROLE R_owner; GRANT R_owner TO R; ALTER TABLE payments OWNER TO R_owner",
    /is a member of R_owner/,
  ],
  ["a predefined role", "GRANT pg_read_all_data TO R", /has the rights of pg_read_all_data/],
  ["a power of the role", "ALTER ROLE R CREATEDB BYPASSRLS", /has the power CREATEDB, BYPASSRLS/],
  [
    "a right to create objects",
    "GRANT CREATE ON SCHEMA public TO R",
    /may create objects in schema public/,
  ],
  [
    "a grant that is missing",
    "REVOKE SELECT (status) ON orders FROM R",
    /lacks SELECT \(status\) on (public\.)?orders, which it claims/,
  ],
  [
    "a schema that is closed",
    "REVOKE USAGE ON SCHEMA public FROM R",
    /lacks USAGE on schema public/,
  ],
  ["a schema that is gone", "DROP SCHEMA R", /its schema R is gone/],
  [
    "a grant by somebody else",
    "CREATE ROLE R_other; GRANT SELECT ON payments TO R_other WITH GRANT OPTION; SET ROLE R_other; GRANT SELECT ON payments TO R; RESET ROLE",
    /has SELECT on public\.payments/,
  ],
  [
    "a sequence",
    "CREATE SEQUENCE numbers; GRANT USAGE ON SEQUENCE numbers TO R",
    /has USAGE on SEQUENCE public\.numbers/,
  ],
  [
    "a function that would be called in place of the engine's",
    "CREATE FUNCTION integratedb_validate_migration() RETURNS integer LANGUAGE sql RETURN 0",
    /public\.integratedb_validate_migration\(\), made by postgres, can be taken/,
  ],
  [
    "a function that migrations call",
    "DROP FUNCTION public.integratedb_sync()",
    /is not as version \S+ installs it/,
  ],
];

describe.each(postgresVersions())("on Postgres %i", (version) => {
  let postgres: Postgres;
  let shop: Shop;

  beforeAll(async () => {
    postgres = await startPostgres(version);
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    shop = await Shop.withReporter(postgres);
    await rotateLogin();
  });
  afterEach(() => shop.close());

  test("finds nothing in a database that is as its claims say", async () => {
    expect(await shop.run("doctor")).toEqual({
      exit: 0,
      stdout: "The database is as its claims say.\n",
      stderr: "",
    });
    expect(document(await shop.run("doctor", "--json"))).toEqual({ healthy: true, findings: [] });
  });

  test.each(drifts)("finds %s, and its remedy repairs it", async (_, done, problem) => {
    const named = new RegExp(problem.source.replaceAll(/\bR(?=\b|_)/g, shop.reporter));
    await shop.query(done.replaceAll(/\bR(?=\b|_)/g, shop.reporter));
    const result = await shop.run("doctor", "--json");
    const { healthy, findings } = document(result) as Diagnosis;
    expect(findings.map((finding) => finding.problem)).toContainEqual(expect.stringMatching(named));
    expect([result.exit, healthy]).toEqual([1, false]);
    for (const { remedy } of findings) await follow(remedy);
    expect(document(await shop.run("doctor", "--json"))).toEqual({ healthy: true, findings: [] });
  });

  test("changes nothing", async () => {
    await shop.query(`GRANT SELECT ON payments TO ${shop.reporter}`);
    await shop.run("doctor");
    expect((await shop.run("doctor")).exit).toBe(1);
  });

  test("says for people whom, what and the statement", async () => {
    await shop.query(`GRANT SELECT ON payments TO ${shop.reporter}`);
    const { stdout } = await shop.run("doctor");
    expect(stdout).toBe(`error: ${shop.reporter}: has SELECT on public.payments beyond its claims
  do: REVOKE SELECT ON public.payments FROM ${shop.reporter}; SELECT integratedb_sync();
Found 1 error.
`);
  });

  test("names the login that has what its stakeholder has not", async () => {
    const login = await currentLogin();
    await shop.query(`GRANT SELECT ON payments TO ${login}`);
    const { stdout } = await shop.run("doctor");
    expect(stdout).toContain(`${shop.reporter} (login ${login}): has SELECT on public.payments`);
  });

  test("finds a login that has lost its stakeholder's rights", async () => {
    const login = await currentLogin();
    await shop.query(`REVOKE ${shop.reporter} FROM ${login}`);
    const { findings } = document(await shop.run("doctor", "--json")) as Diagnosis;
    expect(findings).toHaveLength(1);
    await follow(findings[0]?.remedy ?? "");
    expect((await shop.run("doctor")).exit).toBe(0);
  });

  test("finds a login that is gone, and names the call that makes another", async () => {
    const login = await currentLogin();
    await shop.query(`DROP OWNED BY ${login}; DROP ROLE ${login}`);
    const { stdout, exit } = await shop.run("doctor");
    expect(exit).toBe(1);
    expect(stdout).toContain(`its login ${login} is gone`);
    expect(stdout).toContain(`SELECT integratedb.rotate_login('${shop.reporter}'`);
    await rotateLogin();
    expect((await shop.run("doctor")).exit).toBe(0);
  });

  test("reports unmet claims", async () => {
    await shop.query("ALTER TABLE orders RENAME status TO state");
    const { stdout, exit } = await shop.run("doctor");
    expect(exit).toBe(1);
    expect(stdout).toContain("needs public.orders.status");
  });

  test("what the stakeholder keeps in its own schema is its own affair", async () => {
    await shop.query(`
      CREATE TABLE ${shop.reporter}.notes (id integer);
      ALTER TABLE ${shop.reporter}.notes OWNER TO ${shop.reporter};
    `);
    expect((await shop.run("doctor")).exit).toBe(0);
  });

  test("a role and a schema that were taken over may be used as before", async () => {
    const old = `old_${shop.reporter}`;
    await shop.query(`CREATE ROLE ${old} LOGIN; CREATE SCHEMA ${old}`);
    await shop.query("SELECT integratedb.put_stakeholder($1, $2)", [old, { adopt: true }]);
    expect(document(await shop.run("doctor", "--json"))).toEqual({ healthy: true, findings: [] });
  });

  test("rights in a schema that is closed to the stakeholder are no rights through PUBLIC", async () => {
    await shop.query(
      "CREATE SCHEMA closed; CREATE TABLE closed.t (id integer); GRANT SELECT ON closed.t TO PUBLIC",
    );
    expect((await shop.run("doctor")).exit).toBe(0);
  });

  test("that everyone may create objects in public is a warning, and no reason to exit 1", async () => {
    await shop.query("GRANT CREATE ON SCHEMA public TO PUBLIC");
    const { stdout, exit } = await shop.run("doctor");
    expect(exit).toBe(0);
    expect(stdout).toContain("warning: PUBLIC: may create objects in schema public");
  });

  test("an engine's owner that is no superuser learns which right it has lost", async () => {
    const owner = `owner_of_${shop.reporter}`;
    const limited = await Shop.open(postgres);
    await limited.query(`
      CREATE ROLE ${owner} LOGIN CREATEROLE PASSWORD '${owner}';
      GRANT CREATE ON SCHEMA public TO ${owner};
      ALTER TABLE orders OWNER TO ${owner};
    `);
    const { pathname } = new URL(limited.url);
    await limited.query(`ALTER DATABASE ${pathname.slice(1)} OWNER TO ${owner}`);
    const url = postgres.url(pathname.slice(1), owner, owner);
    const run = (...argv: string[]) => integratedb(argv, { DATABASE_URL: url });
    expect((await run("install")).exit).toBe(0);
    await limited.query("GRANT USAGE ON SCHEMA public TO PUBLIC");
    await limited.query(`SET ROLE ${owner}`);
    await limited.query("SELECT integratedb.put_stakeholder($1)", [limited.reporter]);
    await limited.putClaim("orders", { match: [{ path: "public.orders", fields: ["id"] }] });
    await limited.query("RESET ROLE");
    expect((await run("doctor")).exit).toBe(0);
    await limited.query(`ALTER TABLE orders OWNER TO postgres`);
    const { exit, stdout } = await run("doctor");
    expect(exit).toBe(1);
    expect(stdout).toContain(`do: GRANT postgres TO ${owner};`);
    await limited.close();
  });

  test("hostile names come back quoted, in statements that work", async () => {
    await shop.query(`
      CREATE SCHEMA "s ""x"; CREATE TABLE "s ""x"."t'; DROP TABLE orders; --" ("c "".d" integer);
      GRANT USAGE ON SCHEMA "s ""x" TO ${shop.reporter};
      GRANT SELECT ("c "".d") ON "s ""x"."t'; DROP TABLE orders; --" TO ${shop.reporter};
    `);
    const { findings } = document(await shop.run("doctor", "--json")) as Diagnosis;
    for (const { remedy } of findings) await follow(remedy);
    expect(document(await shop.run("doctor", "--json"))).toEqual({ healthy: true, findings: [] });
  });

  test("a database without an engine is an error with its command", async () => {
    const bare = await Shop.open(postgres);
    const { exit, stdout } = await bare.run("doctor");
    expect(exit).toBe(1);
    expect(stdout).toBe(
      "error: engine: is not installed\n  do: integratedb install\nFound 1 error.\n",
    );
    await bare.close();
  });

  /** A remedy is SQL, or a command line of ours. */
  async function follow(remedy: string): Promise<void> {
    const [program, ...argv] = remedy.split(" ");
    if (program === "integratedb") await shop.run(...argv);
    else await shop.query(remedy);
  }

  function rotateLogin(): Promise<unknown> {
    return shop.query("SELECT integratedb.rotate_login($1, $2)", [shop.reporter, verifier]);
  }

  async function currentLogin(): Promise<string> {
    const rows = await shop.query("SELECT login FROM integratedb.stakeholders");
    return String(rows[0]?.["login"]);
  }
});

/** Of the password "reporter"; the salt and the count do not matter here. */
const verifier = `SCRAM-SHA-256$4096:${Buffer.alloc(16, 1).toString("base64")}$${Buffer.alloc(32, 2).toString("base64")}:${Buffer.alloc(32, 3).toString("base64")}`;
