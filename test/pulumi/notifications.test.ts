import { readFile } from "node:fs/promises";
import { secret } from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClaimArgs, NotificationArgs, Stakeholder } from "../../components/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { catalogOf } from "./catalog.ts";
import { type PackedProject, packedProject } from "./packed-project.ts";
import { type Shop, withShop } from "./shop.ts";
import { type Outcome, type TestStack, testStack } from "./stack.ts";
import { unsealed } from "./unsealed.ts";

let postgres: Postgres;
let project: PackedProject;
let shop: Shop;
let stack: TestStack;
let before: string;

beforeAll(async () => {
  const settings = { log_statement: "all", log_min_duration_statement: "0" };
  [postgres, project] = await Promise.all([startPostgres(18, { settings }), packedProject()]);
  shop = await withShop(postgres);
  stack = await testStack(project, "notifications");
  before = await catalogOf(shop);
});
afterAll(async () => {
  await Promise.all([postgres.stop(), project.remove()]);
});

/** Everything that the operations printed. */
const shown: string[] = [];
const first = `whsec_${Buffer.from("the first secret of a hook").toString("base64")}`;
const second = `whsec_${Buffer.from("the second secret of a hook").toString("base64")}`;
const secrets = [first, second, "Bearer s3cret"];

async function recorded(operation: Promise<Outcome>): Promise<Outcome> {
  const outcome = await operation;
  shown.push(outcome.output);
  return outcome;
}

interface Variation {
  readonly claim?: ClaimArgs["match"];
  readonly match?: NonNullable<NotificationArgs["match"]>;
  readonly hook?: object;
  readonly name?: string;
  readonly reporter?: string;
  /** Declares more, or the claim itself, after the notification. */
  readonly after?: (stakeholder: Stakeholder) => void;
  readonly withoutClaim?: boolean;
  readonly withoutNotification?: boolean;
}

const orders: NonNullable<NotificationArgs["match"]> = [
  { path: "public.orders", events: ["INSERT", "UPDATE"], fields: ["id", "status"] },
];

function declare(variation: Variation = {}): void {
  const { claim, match, hook, name, reporter, after } = variation;
  stack.program = async () => {
    const { Claim, Database, Notification, Stakeholder } = project.integratedb;
    const database = new Database("shop", { connection: secret(shop.url) });
    const stakeholder = new Stakeholder("reporter", {
      database,
      name: reporter ?? "reporter",
    });
    if (!variation.withoutClaim) {
      new Claim("orders", {
        stakeholder,
        match: claim ?? [{ path: "public.orders", fields: ["id", "status"] }],
      });
    }
    if (!variation.withoutNotification) {
      new Notification("changes", {
        stakeholder,
        ...(name === undefined ? {} : { name }),
        match: match ?? orders,
        channels: {
          hook: {
            type: "webhook",
            url: "https://reporter.internal/events",
            signingSecret: secret(first),
            authorization: "Bearer s3cret",
            ...hook,
          },
          live: { type: "socket" },
        },
      });
    }
    after?.(stakeholder);
    return { relayKey: database.relayKey, relayPublicKey: database.relayPublicKey };
  };
}

async function registered(): Promise<Record<string, unknown> | undefined> {
  const [row] = await shop.sql("select * from integratedb.notifications");
  return row;
}

describe("a notification", () => {
  test("is previewed column by column with its events, before there is an engine", async () => {
    declare();
    const preview = await recorded(stack.preview());
    expect(preview.ok, preview.output).toBe(true);
    expect(preview.output).toMatch(
      /public\.orders\.status *: {\s+events *: "INSERT, UPDATE"\s+nullable *: false\s+type *: "varchar\(20\)"/,
    );
    expect(preview.output).toContain("https://reporter.internal/events");
    expect(preview.output).toMatch(/signing_secret *: \[secret\]/);
    expect(preview.output).toMatch(/authorization *: \[secret\]/);
    expect(await catalogOf(shop)).toBe(before);
  });

  test("that asks for what is not claimed is refused in that preview", async () => {
    declare({
      match: [{ path: "public.orders", fields: ["id", "total"], where: { customer: 1 } }],
    });
    const preview = await recorded(stack.preview());
    expect(preview.ok).toBe(false);
    expect(preview.output).toContain(
      "property match[0].fields[1] value {<nil>} has a problem: IDB2102",
    );
    expect(preview.output).toContain("property match[0].where.customer");
    declare({ match: [{ path: "public.order", fields: ["id"] }] });
    const other = await recorded(stack.preview());
    expect(other.output).toContain("match[0].path");
    expect(other.output).toContain("did you mean public.orders?");
  });

  test("is put by an up, with its secrets sealed to the relay's key", async () => {
    declare();
    const up = await recorded(stack.up());
    expect(up.ok, up.output).toBe(true);
    const spec = (await registered())?.["spec"] as {
      channels: Record<string, Record<string, { sealed: string }>>;
    };
    expect(spec).toMatchObject({
      match: orders,
      channels: { hook: { type: "webhook", url: "https://reporter.internal/events" }, live: {} },
    });
    const key = String(up.outputs["relayKey"]);
    const { signing_secret, authorization } = spec.channels["hook"] ?? {};
    expect(unsealed(signing_secret?.sealed, key)).toBe(first);
    expect(unsealed(authorization?.sealed, key)).toBe("Bearer s3cret");
    const [row] = await shop.sql("select integratedb.relay_key() as key");
    expect(up.outputs["relayPublicKey"]).toBe(row?.["key"]);
  });

  test("is left alone by a second up, and so is the relay's key", async () => {
    const [row] = await shop.sql("select revision from integratedb.routing");
    const up = await recorded(stack.up());
    expect(up.changes).toEqual({ same: 7 });
    expect(await shop.sql("select revision from integratedb.routing")).toEqual([row]);
    const refresh = await recorded(stack.refresh());
    expect(refresh.changes).toEqual({ same: 7 });
    expect((await recorded(stack.up())).changes).toEqual({ same: 7 });
  });

  test("with a changed secret is updated, and what did not change keeps its seal", async () => {
    const old = (await registered())?.["spec"];
    declare({ hook: { signingSecret: [second, secret(first)] } });
    const preview = await recorded(stack.preview());
    expect(preview.changes).toMatchObject({ same: 6, update: 1 });
    const up = await recorded(stack.up());
    expect(up.changes).toMatchObject({ same: 6, update: 1 });
    const key = String(up.outputs["relayKey"]);
    const spec = (await registered())?.["spec"] as {
      channels: Record<string, { signing_secret: { sealed: string }[]; authorization: object }>;
    };
    const hook = spec.channels["hook"];
    expect(hook?.signing_secret.map(({ sealed }) => unsealed(sealed, key))).toEqual([
      second,
      first,
    ]);
    expect(old).toMatchObject({ channels: { hook: { authorization: hook?.authorization } } });
  });

  test("shows an added column and what is lost, and refuses what is not claimed with a near name", async () => {
    const claim = [{ path: "public.orders", fields: ["id", "status", "total"] }];
    declare({ match: [{ path: "public.orders", fields: ["id", "totel"] }], claim });
    const refused = await recorded(stack.preview());
    expect(refused.ok).toBe(false);
    expect(refused.output).toMatch(
      /property match\[0\]\.fields\[1\] value .* IDB210[23] .*total\?/,
    );

    // The claim of the total is not in the registry yet, only in the program.
    declare({ match: [{ path: "public.orders", fields: ["id", "total"] }], claim });
    const preview = await recorded(stack.preview());
    expect(preview.ok, preview.output).toBe(true);
    expect(preview.output).toMatch(/\+ public\.orders\.total *: {/);
    expect(preview.output).toMatch(/- public\.orders\.status *: {/);
    expect(preview.output).toMatch(/"INSERT, UPDATE" => "INSERT, UPDATE, DELETE, TRUNCATE"/);
    const up = await recorded(stack.up());
    expect(up.ok, up.output).toBe(true);
  });

  test("is narrowed together with its claim, in one up", async () => {
    declare();
    const up = await recorded(stack.up());
    expect(up.ok, up.output).toBe(true);
    expect(up.output).toContain("notification changes: reporter does not claim");
    expect(await registered()).toMatchObject({ spec: { match: orders }, is_met: true });
    expect((await recorded(stack.refresh())).changes).toEqual({ same: 7 });
  });

  test("may be declared before its claim, also when both are new", async () => {
    declare({
      withoutNotification: true,
      after: (stakeholder) => {
        const { Claim, Notification } = project.integratedb;
        const match = [{ path: "public.customers", fields: ["id"] }];
        new Notification("early", { stakeholder, match, channels: { live: { type: "socket" } } });
        new Claim("late", { stakeholder, match });
      },
    });
    const up = await recorded(stack.up());
    expect(up.ok, up.output).toBe(true);
    expect(await registered()).toMatchObject({ notification: "early" });
    declare();
    const back = await recorded(stack.up());
    expect(back.ok, back.output).toBe(true);
    expect(await shop.sql("select claim from integratedb.claims")).toEqual([{ claim: "orders" }]);
  });

  test("that was changed by hand is seen by a refresh and put right by the next up", async () => {
    const { spec } = (await registered()) ?? {};
    await shop.sql(
      `select integratedb.put_notification('reporter', 'changes',
         jsonb_set($1::jsonb, '{match,0,events}', '["DELETE"]'))`,
      [spec],
    );
    expect((await recorded(stack.refresh())).changes).toMatchObject({ update: 1 });
    const preview = await recorded(stack.preview());
    expect(preview.output).toContain("the notification was changed");
    expect((await recorded(stack.up())).changes).toMatchObject({ update: 1 });
    expect(await registered()).toMatchObject({ spec: { match: orders } });
    expect((await recorded(stack.refresh())).changes).toEqual({ same: 7 });
  });

  test("that was deleted by hand is made again", async () => {
    await shop.sql("select integratedb.delete_notification('reporter', 'changes')");
    expect((await recorded(stack.refresh())).changes).toMatchObject({ delete: 1 });
    expect((await recorded(stack.up())).changes).toMatchObject({ create: 1 });
  });

  test("is sealed anew once the relay's key was replaced", async () => {
    await shop.sql("select integratedb.set_relay_key($1)", [`${"A".repeat(42)}E`]);
    const refresh = await recorded(stack.refresh());
    expect(refresh.changes).toMatchObject({ update: 2 });
    const preview = await recorded(stack.preview());
    expect(preview.output).toContain("its secrets are sealed to another key than the relay's");
    const up = await recorded(stack.up());
    expect(up.ok, up.output).toBe(true);
    expect(up.outputs).toMatchObject({ relayPublicKey: `${"A".repeat(42)}E` });
    expect(up.outputs["relayKey"]).toBeUndefined();
    expect((await recorded(stack.up())).changes).toEqual({ same: 7 });
  });

  test("is renamed in place", async () => {
    declare({ name: "renamed" });
    const up = await recorded(stack.up());
    expect(up.changes).toMatchObject({ same: 6, update: 1 });
    expect(await shop.sql("select notification from integratedb.notifications")).toEqual([
      { notification: "renamed" },
    ]);
  });

  test("goes along with a stakeholder that is renamed", async () => {
    declare({ name: "renamed", reporter: "analyst" });
    const up = await recorded(stack.up());
    expect(up.ok, up.output).toBe(true);
    expect(
      await shop.sql("select stakeholder, notification from integratedb.notifications"),
    ).toEqual([{ stakeholder: "analyst", notification: "renamed" }]);
    expect((await recorded(stack.refresh())).changes).toEqual({ same: 7 });
    declare({ name: "renamed" });
    expect((await recorded(stack.up())).ok).toBe(true);
  });

  test("goes before its claim does", async () => {
    declare({ withoutClaim: true, withoutNotification: true });
    const up = await recorded(stack.up());
    expect(up.ok, up.output).toBe(true);
    expect(await registered()).toBeUndefined();
  });

  test("never shows or leaves a secret in the clear", async () => {
    declare();
    expect((await recorded(stack.up())).ok).toBe(true);
    const text = shown.join("\n");
    const kept = await stack.exportText();
    const log = await readFile(postgres.logFile, "utf8");
    expect(log).toContain("integratedb.put_notification");
    for (const value of secrets) {
      for (const place of [text, kept, log]) expect(place).not.toContain(value);
    }
    expect(kept).not.toMatch(/"relayKey": ?"/);
  });

  test("is destroyed with all the rest, publications too", async () => {
    const destroy = await recorded(stack.destroy());
    expect(destroy.ok, destroy.output).toBe(true);
    expect(await catalogOf(shop)).toBe(before);
  });
});
