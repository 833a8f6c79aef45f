import { secret } from "@pulumi/pulumi";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Postgres, startPostgres } from "../postgres.ts";
import { catalogOf } from "./catalog.ts";
import { type PackedProject, packedProject } from "./packed-project.ts";
import { type Shop, withShop } from "./shop.ts";
import { testStack } from "./stack.ts";

let postgres: Postgres;
let project: PackedProject;

beforeAll(async () => {
  [postgres, project] = await Promise.all([startPostgres(18), packedProject()]);
});
afterAll(async () => {
  await Promise.all([postgres.stop(), project.remove()]);
});

test("a stack that moves to another database takes everything along and leaves nothing", async () => {
  const [first, second] = [await withShop(postgres), await withShop(postgres)];
  const [firstBefore, secondBefore] = [await catalogOf(first), await catalogOf(second)];
  const stack = await testStack(project, "move");
  const declareOn = (shop: Shop) => {
    stack.program = async () => {
      const { Claim, Database, Stakeholder } = project.integratedb;
      const database = new Database("shop", { connection: secret(shop.url) });
      const stakeholder = new Stakeholder("reporter", { database });
      new Claim("orders", { stakeholder, match: [{ path: "public.orders", fields: ["id"] }] });
      return { uri: stakeholder.uri };
    };
  };
  declareOn(first);
  const up = await stack.up();
  expect(up.ok, up.output).toBe(true);

  declareOn(second);
  const preview = await stack.preview();
  expect(preview.changes).toMatchObject({ replace: 3 });
  const moved = await stack.up();
  expect(moved.ok, moved.output).toBe(true);
  expect(await second.sqlAs(String(moved.outputs["uri"]), "select id from orders")).toHaveLength(1);
  const roles = (line: string) => !/^(role|member|setting|comment) /.test(line);
  const left = (await catalogOf(first)).split("\n").filter((line) => !firstBefore.includes(line));
  expect(left.filter(roles)).toEqual([]);

  const destroy = await stack.destroy();
  expect(destroy.ok, destroy.output).toBe(true);
  expect([await catalogOf(first), await catalogOf(second)]).toEqual([firstBefore, secondBefore]);
});
