import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useServer } from "../servers/use-server.ts";
import type { ReadingApplication } from "./reading-application.ts";
import { mounts, rotationStage } from "./rotation-stage.ts";
import type { Outcome } from "./stack.ts";

const stage = useServer(() => rotationStage("rotation"));

const passwords = new Set<string>();

async function up(rotation: number): Promise<Outcome> {
  stage().declare({ rotation });
  const outcome = await stage().stack.up();
  const { password } = outcome.outputs;
  if (typeof password === "string") passwords.add(password);
  return outcome;
}

describe("an application that reads its store and connects", () => {
  let applications: readonly ReadingApplication[] = [];

  beforeAll(async () => {
    const first = await up(1);
    expect(first.ok, first.output).toBe(true);
    applications = mounts.map((mount) => stage().application(mount));
  });
  const stopped = () => Promise.all(applications.map((application) => application.stop()));
  afterAll(stopped);

  test("is never refused during ten rotations", async () => {
    for (const rotation of [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
      const outcome = await up(rotation);
      expect(outcome.ok, outcome.output).toBe(true);
    }
    await stopped();
    expect(passwords.size).toBe(11);
    for (const { logins, refusals } of applications) {
      expect(refusals).toEqual([]);
      expect([...logins.keys()].sort()).toEqual(["reporter_a", "reporter_b"]);
    }
  }, 900_000);

  test("has no password in the state of the stack, nor the admin's", async () => {
    const { postgres, stack } = stage();
    const kept = await stack.exportText();
    for (const value of [...passwords, postgres.password]) expect(kept).not.toContain(value);
  });

  test("is served with new credentials after a revocation and an up", async () => {
    const { application, shop, stack } = stage();
    await shop.sql("select integratedb.revoke_logins('reporter')");
    const preview = await stack.preview();
    expect(preview.output).toMatch(/rotationDue *:.*"the logins were revoked"/);
    const repaired = await up(11);
    expect(repaired.ok, repaired.output).toBe(true);
    const again = application("second");
    await expect.poll(() => again.logins.size, { timeout: 60_000 }).toBe(1);
    await again.stop();
    expect(again.refusals).toEqual([]);
  });

  test("has no delivery, and no login, once the stack is destroyed", async () => {
    const { shop, stack } = stage();
    const destroy = await stack.destroy();
    expect(destroy.ok, destroy.output).toBe(true);
    expect(await shop.sql("select from pg_roles where rolname like 'reporter%'")).toEqual([]);
  });
});
