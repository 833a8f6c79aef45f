import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { unsealed } from "../pulumi/unsealed.ts";
import { document } from "./command-line.ts";
import { Shop } from "./shop.ts";

describe.each(postgresVersions())("on Postgres %i", (version) => {
  let postgres: Postgres;

  beforeAll(async () => {
    postgres = await startPostgres(version);
  });
  afterAll(() => postgres.stop());

  test("keygen prints the private half alone, and a secret that is sealed is opened with it", async () => {
    const shop = await Shop.withReporter(postgres);
    const made = await shop.run("keygen");
    expect(made).toMatchObject({ exit: 0, stderr: "" });
    expect(made.stdout).toMatch(/^[\w-]{43}\n$/);
    const sealed = await shop.pipe("whsec_first\n", "seal");
    expect(sealed.exit).toBe(0);
    const spec = JSON.parse(sealed.stdout);
    expect(unsealed(spec.sealed, made.stdout.trim())).toBe("whsec_first");
    await shop.putNotification("orders", {
      match: [{ path: "public.orders", events: ["INSERT"] }],
      channels: { hook: { type: "webhook", url: "https://a.b", signing_secret: spec } },
    });
    await shop.close();
  });

  test("keygen leaves a key that is set alone, unless it is to be replaced", async () => {
    const shop = await Shop.withReporter(postgres);
    await shop.run("keygen");
    const before = await shop.query("SELECT integratedb.relay_key() AS key");
    const refused = await shop.run("keygen");
    expect(refused).toMatchObject({ exit: 5, stdout: "" });
    expect(refused.stderr).toContain("IDB1304");
    expect(refused.stderr).toContain("keygen --replace");
    expect(await shop.query("SELECT integratedb.relay_key() AS key")).toEqual(before);

    const replaced = await shop.run("keygen", "--replace", "--json");
    const { publicKey } = document(replaced) as { publicKey: string };
    expect(await shop.query("SELECT integratedb.relay_key() AS key")).toEqual([{ key: publicKey }]);
    await shop.close();
  });

  test("seal needs a key to seal to, and something to seal, which it does not repeat", async () => {
    const shop = await Shop.withReporter(postgres);
    const early = await shop.pipe("s3cret", "seal");
    expect(early.exit).toBe(5);
    expect(early.stderr).toContain("IDB2110");
    expect(early.stderr).toContain("integratedb keygen");
    await shop.run("keygen");
    const empty = await shop.pipe("\n", "seal", "--json");
    expect(empty.exit).toBe(2);
    expect(document(empty)).toMatchObject({ error: { code: "IDB1305" } });
    expect((await shop.pipe("s3cret", "seal", "--json")).stdout).not.toContain("s3cret");
    await shop.close();
  });
});
