import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { scramVerifier } from "../../provider/runtime/scram.ts";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { EngineDatabase, failure } from "./engine-database.ts";

interface Rotated {
  readonly username: string;
  readonly version: number;
  readonly previous: string | null;
  readonly rotated: boolean;
  readonly waits_for: readonly string[];
}

describe.each(postgresVersions())("rotation on Postgres %i", (version) => {
  let postgres: Postgres;
  let shop: EngineDatabase;
  let owner: pg.Client;

  beforeAll(async () => {
    postgres = await startPostgres(version);
    shop = await EngineDatabase.create(postgres);
    owner = shop.owner;
  });
  afterAll(async () => {
    await shop.close();
    await postgres.stop();
  });
  beforeEach(async () => {
    await owner.query("select integratedb.put_stakeholder('reporter')");
    return () => owner.query("select integratedb.delete_stakeholder('reporter')");
  });

  /** Rotates as a program does that has the credentials `held`. */
  async function rotate(
    password: string,
    held?: Pick<Rotated, "username" | "version">,
    rotation?: unknown,
  ): Promise<Rotated> {
    const { rows } = await owner.query(
      "select integratedb.rotate_login('reporter', $1, $2, $3) as result",
      [await scramVerifier(password), held?.username, { version: held?.version, rotation }],
    );
    return rows[0].result;
  }

  async function deliver(store: string, version: number | null): Promise<unknown> {
    const text = "select integratedb.put_delivery('reporter', $1, 'entry', $2) as result";
    return (await owner.query(text, [store, version])).rows[0].result;
  }

  async function currentLogin(): Promise<string> {
    const text = "select login from integratedb.stakeholders where stakeholder = 'reporter'";
    return (await owner.query(text)).rows[0].login;
  }

  async function preview(rotation: unknown, before?: unknown): Promise<Record<string, unknown>> {
    const values = [JSON.stringify(rotation ?? null), JSON.stringify(before)];
    const text = "select integratedb.preview_rotation('reporter', $1, $2) as outlook";
    return (await owner.query(text, values)).rows[0].outlook;
  }

  const urlOf = (user: string, password: string) =>
    shop.url.replace(/\/\/[^@]+@/, `//${user}:${password}@`);
  const connect = (user: string, password: string) => shop.connect(urlOf(user, password));
  /** Opens a session; the promise resolves when somebody ends it. */
  async function session(user: string, password: string): Promise<{ ended: Promise<unknown> }> {
    const client = await connect(user, password);
    return { ended: new Promise((resolve) => client.on("error", resolve)) };
  }
  const isRefused = (user: string, password: string) =>
    expect(connect(user, password)).rejects.toThrow(
      /authentication failed|not permitted to log in/,
    );

  test("without a store, the new login is the current one at once", async () => {
    const first = await rotate("first");
    const second = await rotate("second", first);
    expect(second).toEqual({
      username: "reporter_b",
      version: 2,
      previous: "reporter_a",
      rotated: true,
      waits_for: [],
    });
    expect(await currentLogin()).toBe("reporter_b");
  });

  test("with stores, the new login is the current one when the last of them holds it", async () => {
    const first = await rotate("first");
    await deliver("one", 1);
    await deliver("two", 1);
    const second = await rotate("second", first);
    expect(second.waits_for).toEqual(["one entry", "two entry"]);
    expect(await deliver("one", 2)).toEqual({
      current: "reporter_a",
      waits_for: ["two entry"],
      closed: false,
    });
    expect(await deliver("two", 2)).toMatchObject({ current: "reporter_b", waits_for: [] });
  });

  test("a rotation that has not reached every store is finished before the next one", async () => {
    const first = await rotate("first");
    await deliver("one", 1);
    await deliver("two", 1);
    const second = await rotate("second", first);
    await deliver("one", 2);
    expect(await rotate("third", second)).toMatchObject({
      username: second.username,
      version: 2,
      rotated: false,
      waits_for: ["two entry"],
    });
    await connect(first.username, "first");
    await connect(second.username, "second");
    await deliver("two", 2);
    expect(await rotate("third", second)).toMatchObject({ username: first.username, version: 3 });
  });

  test("a password that was lost before any store had it is made again, on the same login", async () => {
    const first = await rotate("first");
    await deliver("one", 1);
    await rotate("lost", first);
    const again = await rotate("second", first);
    expect(again).toMatchObject({ username: "reporter_b", version: 3, rotated: true });
    await connect(first.username, "first");
    await connect(again.username, "second");
    await isRefused(again.username, "lost");
  });

  test("an entry that is announced and not written yet is waited for", async () => {
    const first = await rotate("first");
    await deliver("one", null);
    const second = await rotate("second", first);
    expect(second.waits_for).toEqual(["one entry"]);
    expect(await currentLogin()).toBe(first.username);
    await deliver("one", 2);
    await deliver("one", null);
    expect(await currentLogin()).toBe(second.username);
  });

  test("an entry that is gone is waited for no more", async () => {
    const first = await rotate("first");
    await deliver("one", 1);
    await deliver("two", 1);
    const second = await rotate("second", first);
    await deliver("one", 2);
    await owner.query("select integratedb.delete_delivery('reporter', 'two', 'entry')");
    expect(await currentLogin()).toBe(second.username);
    await owner.query("select integratedb.delete_delivery('reporter', 'two', 'entry')");
    await owner.query("select integratedb.delete_delivery('nobody', 'two', 'entry')");
  });

  test("stores that went back to credentials that still work make their login current again", async () => {
    const first = await rotate("first");
    await deliver("one", 1);
    const second = await rotate("second", first);
    await deliver("one", 2);
    await deliver("one", 1);
    expect(await currentLogin()).toBe(first.username);
    expect(second.username).not.toBe(first.username);
  });

  test("a version that never was is refused", async () => {
    await rotate("first");
    expect((await failure(deliver("one", 2))).detail).toBe("IDB3012");
    expect((await failure(deliver("one", 0))).detail).toBe("IDB3012");
  });

  test.each(['{"rotation": 1, "else": 2}', '{"version": "1"}', "[]"])(
    "rotate_login takes no options %s",
    async (options) => {
      const verifier = await scramVerifier("any");
      const error = await failure(
        owner.query("select integratedb.rotate_login('reporter', $1, null, $2)", [
          verifier,
          options,
        ]),
      );
      expect(error.detail).toBe("IDB3011");
    },
  );

  test("a retired login is closed, with its sessions, when the last store holds the new one", async () => {
    await owner.query(`select integratedb.put_stakeholder('reporter', '{"retire": true}')`);
    const first = await rotate("first");
    await deliver("one", 1);
    const old = await session(first.username, "first");
    const second = await rotate("second", first);
    await session(first.username, "first");
    await deliver("one", 2);
    await isRefused(first.username, "first");
    await owner.query("select integratedb.end_sessions('reporter')");
    await old.ended;
    const third = await rotate("third", second);
    expect(third.username).toBe(first.username);
    await connect(third.username, "third");
  });

  test("without a store, only who holds the current credentials retires the login before", async () => {
    await owner.query(`select integratedb.put_stakeholder('reporter', '{"retire": true}')`);
    const first = await rotate("first");
    const second = await rotate("second", first);
    const retire = (held: Rotated) =>
      owner.query("select integratedb.retire_login('reporter', $1)", [held.version]);
    expect(await preview(null)).toMatchObject({ due: "the login reporter_a retires" });
    await retire(first);
    await connect(first.username, "first");
    await retire(second);
    await isRefused(first.username, "first");
    await connect(second.username, "second");
  });

  test("a revocation closes both logins and every session; the next rotation opens one", async () => {
    const first = await rotate("first");
    await deliver("one", 1);
    const second = await rotate("second", first);
    const open = [await session(first.username, "first"), await session(second.username, "second")];
    await owner.query("select integratedb.revoke_logins('reporter')");
    await owner.query("select integratedb.end_sessions('reporter')");
    await Promise.all(open.map(({ ended }) => ended));
    await isRefused(first.username, "first");
    await isRefused(second.username, "second");
    expect(await preview("1")).toMatchObject({ due: "the logins were revoked", rotates: true });

    const third = await rotate("third", second);
    expect(third).toMatchObject({ rotated: true, version: 3 });
    await connect(third.username, "third");
    await isRefused(first.username, "first");
    await deliver("one", 3);
    expect(await currentLogin()).toBe(third.username);
  });

  test("a revocation does not wait for an open migration", async () => {
    await rotate("first");
    const migration = await shop.connect();
    await migration.query("begin; select integratedb_prepare_migration()");
    await owner.query("set statement_timeout = '10s'");
    await owner.query("select integratedb.revoke_logins('reporter')");
    await owner.query("reset statement_timeout");
    await migration.query("rollback");
  });

  test("a rotation is due when the program says another word than before", async () => {
    expect(await preview("1")).toMatchObject({ due: "there is no login" });
    await rotate("first", undefined, "1");
    expect(await preview("1")).toEqual({
      login: "reporter_a",
      version: 1,
      due: null,
      rotates: false,
    });
    expect(await preview("2")).toMatchObject({ due: 'to "2"', rotates: true });
    expect(await preview(null)).toMatchObject({ due: null });
  });

  test("of credentials that are older than the engine's memory, the program knows the word", async () => {
    await owner.query("select integratedb.rotate_login('reporter', $1)", [
      await scramVerifier("first"),
    ]);
    expect(await preview("1", "1")).toMatchObject({ due: null });
    expect(await preview("2", "1")).toMatchObject({ due: 'to "2"' });
  });

  test("a rotation is due when the newest credentials are older than the period, with the date", async () => {
    await rotate("first", undefined, { every: "30d" });
    expect(await preview({ every: "30d" })).toMatchObject({ due: null });
    await owner.query(
      "update integratedb.login set rotated_at = '2026-01-01 10:00:00Z' where role_name = 'reporter_a'",
    );
    expect(await preview({ every: "30d" })).toMatchObject({
      due: "since 2026-01-31 10:00 UTC (every 30d)",
      rotates: true,
    });
    expect(await preview({ every: "500w" })).toMatchObject({ due: null });
  });

  test("what is due waits for the rotation before, and says for which stores", async () => {
    const first = await rotate("first", undefined, "1");
    await deliver("one", 1);
    await rotate("second", first, "2");
    expect(await preview("3")).toMatchObject({
      due: 'to "3", once the rotation before has reached one entry',
    });
  });

  test("a stakeholder that is not registered has no credentials", async () => {
    const text = "select integratedb.preview_rotation('nobody', 'null') as outlook";
    expect((await owner.query(text)).rows).toEqual([{ outlook: null }]);
  });

  test("an operator may do all this for its own stakeholders, and nothing for others", async () => {
    await owner.query("create role team login password 'team'");
    await owner.query("select integratedb.put_operator('team', 'team_*')");
    const team = await connect("team", "team");
    const verifier = await scramVerifier("first");
    const calls = (stakeholder: string): [string, unknown[]][] => [
      ["select integratedb.rotate_login($1, $2)", [stakeholder, verifier]],
      ["select integratedb.preview_rotation($1, 'null')", [stakeholder]],
      ["select integratedb.put_delivery($1, 'one', 'entry', 1)", [stakeholder]],
      ["select integratedb.delete_delivery($1, 'one', 'entry')", [stakeholder]],
      ["select integratedb.retire_login($1, 1)", [stakeholder]],
      ["select integratedb.revoke_logins($1)", [stakeholder]],
      ["select integratedb.end_sessions($1)", [stakeholder]],
    ];
    await team.query(`select integratedb.put_stakeholder('team_app', '{"retire": true}')`);
    for (const [text, values] of calls("team_app")) await team.query(text, values);
    await team.query("select * from integratedb.logins, integratedb.deliveries");
    for (const [text, values] of calls("reporter")) {
      expect((await failure(team.query(text, values))).detail, text).toBe("IDB3007");
    }
    await owner.query("select integratedb.delete_stakeholder('team_app')");
  });
});
