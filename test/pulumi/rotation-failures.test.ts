import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useServer } from "../servers/use-server.ts";
import { killPulumi } from "./pulumi-processes.ts";
import type { ReadingApplication } from "./reading-application.ts";
import {
  all,
  type Declared,
  type Mount,
  mounts,
  type Rights,
  rotationStage,
} from "./rotation-stage.ts";
import type { Outcome } from "./stack.ts";

const stage = useServer(() => rotationStage("failures"));

/** A login as the stack hands it out. */
interface Login {
  readonly username: string;
  readonly password: string;
  readonly version: number;
}

let applications: readonly ReadingApplication[] = [];
/** The credentials of the last `up` that succeeded. */
let login: Login;

async function succeed(program: Declared): Promise<void> {
  stage().declare(program);
  const outcome = await stage().stack.up();
  expect(outcome.ok, outcome.output).toBe(true);
  login = outcome.outputs as unknown as Login;
}

beforeAll(async () => {
  await succeed({ rotation: "1" });
  applications = mounts.map((mount) => stage().application(mount));
});
afterAll(() => Promise.all(applications.map((application) => application.stop())));

const up = () => stage().stack.up();
const storesWrite = (mount: Mount) => `POST /v1/${mount}/data/reporter`;

/** An `up` during which the database is out of reach from some moment on. */
async function withoutDatabase(from: (away: () => void) => void): Promise<Outcome> {
  const { database } = stage();
  from(() => database.refuse());
  const outcome = await up();
  database.restore();
  return outcome;
}

/**
 * An `up` of which processes are killed while they wait for the database, which has done what it was
 * asked for and cannot answer.
 *
 * @param reached resolves once things are as they are to be
 */
async function killed(
  which: "engine" | "provider",
  from: (silent: () => void) => void,
  reached: () => Promise<unknown> = async () => undefined,
): Promise<Outcome> {
  const { database, stack } = stage();
  const isSilent = new Promise<void>((resolve) => {
    from(() => {
      database.silence();
      resolve();
    });
  });
  const running = up();
  await isSilent;
  await reached();
  await killPulumi(which);
  const outcome = await running;
  database.cut();
  database.restore();
  if (which === "engine") {
    // Nobody has given the lock of the stack back.
    expect((await up()).output).toMatch(/locked[\s\S]*pulumi cancel/);
    await stack.cancel();
  }
  return outcome;
}

const once = (text: string) => (act: () => void) => stage().database.onceSaid(text, act);
const onceStored = (mount: Mount) => (act: () => void) =>
  stage().stores[mount].onceSaid(storesWrite(mount), act);

/** Resolves once a store has other credentials than the last `up` has handed out. */
const isStored = (mount: Mount) => () =>
  expect
    .poll(async () => (await stage().stored(mount)).password, { timeout: 30_000 })
    .not.toBe(login.password);

interface Step {
  readonly name: string;
  /** An `up` that fails at this step. */
  readonly fail: () => Promise<Outcome>;
  readonly says: RegExp;
  /** How many times credentials are made until the rotation is finished. */
  readonly made?: 2;
  readonly program?: Omit<Declared, "rotation">;
}

async function withReadOnlyDatabase(): Promise<Outcome> {
  const { postgres, shop } = stage();
  const say = (text: string) =>
    shop.sqlAs(postgres.adminUrl, `alter database ${shop.name} ${text}`);
  await say("set default_transaction_read_only = on");
  const outcome = await up();
  await say("reset default_transaction_read_only");
  return outcome;
}

async function withRightsIn(rights: Rights): Promise<Outcome> {
  await stage().allow(rights);
  const outcome = await up();
  await stage().allow({ secret: all, second: all });
  return outcome;
}

async function withStore(trouble: "refuse" | "silence"): Promise<Outcome> {
  const { second } = stage().stores;
  second[trouble]();
  const outcome = await up();
  second.cut();
  second.restore();
  return outcome;
}

const lost = /IDB110[26]/;

const storeIsDown: Step = {
  name: "a store is down",
  fail: () => withStore("refuse"),
  says: /IDB1504/,
};
const engineIsKilled: Step = {
  name: "the engine is killed after the verifier is set",
  fail: () => killed("engine", once("integratedb.end_sessions")),
  says: /SIGKILL/,
  made: 2,
};

const steps: readonly Step[] = [
  { name: "the database is away", fail: () => withoutDatabase((away) => away()), says: lost },
  { name: "the database takes no writes", fail: withReadOnlyDatabase, says: /IDB1002/ },
  {
    name: "the database goes away as it is given the verifier",
    fail: () => withoutDatabase(once("integratedb.rotate_login")),
    says: lost,
  },
  engineIsKilled,
  {
    name: "the provider is killed after the verifier is set",
    fail: () => killed("provider", once("integratedb.end_sessions")),
    says: /error/,
    made: 2,
  },
  {
    name: "the first store gives no rights",
    fail: () => withRightsIn({ secret: [], second: all }),
    says: /IDB1503/,
  },
  {
    name: "the second store gives the right to read alone",
    fail: () => withRightsIn({ secret: all, second: ["read"] }),
    says: /IDB1503/,
  },
  storeIsDown,
  {
    name: "a store hangs",
    fail: () => withStore("silence"),
    says: /IDB1504/,
    program: { timeoutSeconds: 2 },
  },
  {
    name: "the database goes away once a store is written",
    fail: () => withoutDatabase(onceStored("second")),
    says: lost,
  },
  {
    name: "the engine is killed between the write of a store and its record",
    fail: () => killed("engine", onceStored("second"), isStored("second")),
    says: /SIGKILL/,
  },
  {
    name: "the provider is killed between the write of a store and its record",
    fail: () => killed("provider", onceStored("second"), isStored("second")),
    says: /error/,
  },
];

/** What would be due if the program said the same again. */
async function due(rotation: unknown): Promise<unknown> {
  const text = "select integratedb.preview_rotation('reporter', $1) ->> 'due' as due";
  const [row] = await stage().shop.sql(text, [JSON.stringify(rotation)]);
  return row?.["due"];
}

const opens = ({ username, password }: Login) => {
  const { postgres, shop } = stage();
  return shop.sqlAs(postgres.url(shop.name, username, password), "select 1").then(
    () => true,
    () => false,
  );
};

/** The new login is current, every store holds it, nothing waits, and applications use it. */
async function expectFinished(rotation: unknown): Promise<void> {
  const { shop, stored } = stage();
  const { username, password, version } = login;
  for (const mount of mounts) expect(await stored(mount)).toMatchObject({ username, password });
  const current = "select login, version::integer from integratedb.logins where is_current";
  expect(await shop.sql(current)).toEqual([{ login: username, version }]);
  const deliveries = "select version::integer from integratedb.deliveries";
  expect(await shop.sql(deliveries)).toEqual([{ version }, { version }]);
  expect(await due(rotation)).toBeNull();
  expect(await shop.sql("select * from integratedb.inspect()")).toEqual([]);
  for (const application of applications) {
    const before = application.logins.get(username) ?? 0;
    await expect.poll(() => application.logins.get(username) ?? 0).toBeGreaterThan(before);
    expect(application.refusals).toEqual([]);
  }
}

let rotations = 1;

/** An `up` of a rotation that fails at a step. */
async function fails({ fail, says, program }: Step, rotation: Declared["rotation"]) {
  stage().declare({ ...program, ...(rotation === undefined ? {} : { rotation }) });
  const failed = await fail();
  expect(failed.ok).toBe(false);
  expect(failed.output).toMatch(says);
}

/** Fails at a step, then finishes with an `up` of the same program; answers the login before. */
async function interrupts(step: Step, rotation: Declared["rotation"]): Promise<Login> {
  const before = login;
  await fails(step, rotation);
  const { timeoutSeconds: _, ...program } = step.program ?? {};
  await succeed({ ...program, ...(rotation === undefined ? {} : { rotation }) });
  expect(login.version).toBe(before.version + (step.made ?? 1));
  expect(login.username).not.toBe(before.username);
  await expectFinished(rotation);
  return before;
}

const next = () => String(++rotations);

describe("a rotation, with applications that connect all the time and are never refused", () => {
  test.each(steps)("is finished by the next up where $name", async (step) => {
    expect(await opens(await interrupts(step, next()))).toBe(true);
  });

  test("is finished before another one that the program says meanwhile", async () => {
    const { version } = login;
    await fails(storeIsDown, next());
    const said = next();
    await succeed({ rotation: said });
    expect(login.version).toBe(version + 1);
    expect(await due(said)).toBe(`to "${said}"`);
    await succeed({ rotation: said });
    expect(login.version).toBe(version + 2);
    await expectFinished(said);
  });

  test.each([engineIsKilled, storeIsDown])(
    "by age is finished by the next up where $name",
    async (step) => {
      await stage().shop.sql(
        "update integratedb.login set rotated_at = now() - interval '31 days'",
      );
      expect(await opens(await interrupts(step, { every: "30d" }))).toBe(true);
    },
  );
});

describe("a rotation that retires the old login", () => {
  const retiring = { says: lost, program: { retire: true } };

  beforeAll(() => {
    // Who has read its store before the login was closed has to read again.
    for (const application of applications) application.readsAgain = true;
  });

  test("closes it by the next up where the database goes away before it is closed", async () => {
    const before = login;
    let wasOpen = false;
    const fail = async () => {
      const outcome = await withoutDatabase(onceStored("second"));
      wasOpen = await opens(before);
      return outcome;
    };
    await interrupts({ ...retiring, name: "before", fail }, next());
    expect(wasOpen).toBe(true);
    expect(await opens(before)).toBe(false);
  });

  test("ends its sessions by the next up where the database goes away before they are ended", async () => {
    const { database, postgres, shop } = stage();
    const { username, password } = login;
    const session = new pg.Client(postgres.url(shop.name, username, password));
    session.on("error", () => undefined);
    await session.connect();
    const ended = new Promise<void>((resolve) => session.once("end", resolve));
    let survived: unknown;
    const fail = async () => {
      // The stakeholder has had the sessions of closed logins ended before a store is written.
      onceStored("second")(() => once("integratedb.end_sessions")(() => database.refuse()));
      const outcome = await up();
      database.restore();
      survived = (await session.query("select 1 as one")).rows;
      return outcome;
    };
    const before = await interrupts({ ...retiring, name: "after", fail }, next());
    expect(survived).toEqual([{ one: 1 }]);
    await ended;
    expect(await opens(before)).toBe(false);
  });
});
