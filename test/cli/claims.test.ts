import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { document } from "./command-line.ts";
import { Shop } from "./shop.ts";

describe.each(postgresVersions())("on Postgres %i", (version) => {
  let postgres: Postgres;

  beforeAll(async () => {
    postgres = await startPostgres(version);
  });
  afterAll(() => postgres.stop());

  test("claims shows who claims which column, in which shape, since when", async () => {
    const shop = await Shop.withReporter(postgres);
    const { exit, stdout } = await shop.run("claims");
    const today = new Date().toISOString().slice(0, 10);
    expect(exit).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ["STAKEHOLDER", "CLAIM", "PATH", "COLUMN", "SHAPE", "SINCE"],
      [shop.reporter, "orders", "public.orders", "id", "integer not null", today],
      [shop.reporter, "orders", "public.orders", "status", "varchar(20)", today],
    ]);
    await shop.close();
  });

  test("claims --json has a row a column", async () => {
    const shop = await Shop.withReporter(postgres);
    expect(document(await shop.run("claims", "--json"))).toMatchObject({
      claims: [
        {
          stakeholder: shop.reporter,
          claim: "orders",
          path: "public.orders",
          field: "id",
          type: "integer",
          nullable: false,
          optional: false,
          since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        },
        { field: "status", nullable: true },
      ],
    });
    await shop.close();
  });

  test("claims --stakeholder leaves the others out, and takes any case", async () => {
    const shop = await Shop.withReporter(postgres);
    const named = await shop.run("claims", "--json", "--stakeholder", shop.reporter.toUpperCase());
    expect(document(named)).toMatchObject({ claims: [{}, {}] });
    const other = await shop.run("claims", "--stakeholder", "nobody");
    expect(other.stdout).toBe("Nothing is claimed.\n");
    await shop.close();
  });

  test("a table that is claimed without columns is shown", async () => {
    const shop = await Shop.withReporter(postgres);
    await shop.putClaim("payments", { match: [{ path: "public.payments" }] });
    expect((await shop.run("claims")).stdout).toContain("public.payments");
    await shop.close();
  });

  test("names with quotes, dots, line breaks and escapes stay in their line", async () => {
    const shop = await Shop.withReporter(postgres);
    await shop.query(`CREATE TABLE "a "".b\u001b[31m\nc" ("ünï.\tcode" text)`);
    await shop.putClaim("hostile", {
      match: [{ path: `public."a "".b\u001b[31m\nc"`, fields: ["ünï.\tcode"] }],
    });
    const { stdout } = await shop.run("claims");
    expect(stdout.trimEnd().split("\n")).toHaveLength(4);
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toContain("ünï.\\u{9}code");
    expect(document(await shop.run("claims", "--json"))).toMatchObject({
      claims: expect.arrayContaining([expect.objectContaining({ field: "ünï.\tcode" })]),
    });
    await shop.close();
  });

  test("validate and unmet exit 0 while every claim is met", async () => {
    const shop = await Shop.withReporter(postgres);
    for (const command of ["validate", "unmet"]) {
      expect(await shop.run(command)).toEqual({
        exit: 0,
        stdout: "Every claim is met.\n",
        stderr: "",
      });
    }
    expect(document(await shop.run("validate", "--json"))).toEqual({ valid: true, unmet: [] });
    expect(document(await shop.run("unmet", "--json"))).toEqual({ unmet: [] });
    await shop.close();
  });

  test("validate says whom the database breaks, and how, all at once", async () => {
    const shop = await Shop.withReporter(postgres);
    await shop.query("ALTER TABLE orders DROP COLUMN id, ALTER status TYPE varchar(10)");
    const { exit, stdout, stderr } = await shop.run("validate");
    expect(exit).toBe(1);
    expect(stderr).toBe("");
    expect(stdout).toBe(
      `This database breaks 1 claim:

${shop.reporter} (claim orders)
  public.orders.id (integer -> missing)
  public.orders.status (varchar(20) -> varchar(10))

Restore what is claimed in a migration, or have the stakeholder change its claim first.
`,
    );
    await shop.close();
  });

  test("validate --json and unmet --json hold the rows of integratedb_unmet_claims()", async () => {
    const shop = await Shop.withReporter(postgres);
    await shop.query("DROP TABLE orders");
    const rows = await shop.query("SELECT * FROM integratedb_unmet_claims()");
    expect(rows.length).toBeGreaterThan(0);
    expect(document(await shop.run("validate", "--json"))).toEqual({ valid: false, unmet: rows });
    const unmet = await shop.run("unmet", "--json");
    expect(unmet.exit).toBe(1);
    expect(document(unmet)).toEqual({ unmet: rows });
    await shop.close();
  });

  test("validate changes nothing: a grant that is missing stays missing", async () => {
    const shop = await Shop.withReporter(postgres);
    await shop.query(`REVOKE SELECT (status) ON orders FROM ${shop.reporter}`);
    expect((await shop.run("validate")).exit).toBe(0);
    expect(await mayRead(shop, "status")).toBe(false);
    await shop.close();
  });

  test("unmet has a line a problem", async () => {
    const shop = await Shop.withReporter(postgres);
    await shop.query("ALTER TABLE orders DROP COLUMN id, DROP COLUMN status");
    const { exit, stdout } = await shop.run("unmet");
    expect(exit).toBe(1);
    expect(stdout.trimEnd().split("\n")).toHaveLength(3);
    await shop.close();
  });

  test("sync repairs a grant", async () => {
    const shop = await Shop.withReporter(postgres);
    await shop.query(`REVOKE SELECT (status) ON orders FROM ${shop.reporter}`);
    const result = await shop.run("sync", "--json");
    expect(result.exit).toBe(0);
    expect(document(result)).toEqual({ unmet: 0 });
    expect(await mayRead(shop, "status")).toBe(true);
    await shop.close();
  });

  test("sync takes a narrower column for what is claimed, and exits 1 for one that is gone", async () => {
    const shop = await Shop.withReporter(postgres);
    await shop.query("ALTER TABLE orders ALTER status TYPE varchar(10)");
    expect((await shop.run("sync")).exit).toBe(0);
    expect((await shop.run("validate")).exit).toBe(0);
    await shop.query("ALTER TABLE orders DROP COLUMN status");
    const { exit, stdout } = await shop.run("sync");
    expect(exit).toBe(1);
    expect(stdout).toContain("integratedb unmet");
    await shop.close();
  });

  async function mayRead(shop: Shop, column: string): Promise<unknown> {
    const rows = await shop.query(
      "SELECT has_column_privilege($1, 'orders', $2, 'SELECT') AS may",
      [shop.reporter, column],
    );
    return rows[0]?.["may"];
  }
});
