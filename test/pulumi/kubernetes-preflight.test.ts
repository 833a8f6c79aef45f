import { secret } from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Postgres, startPostgres } from "../postgres.ts";
import { startKubernetes } from "../servers/kubernetes.ts";
import { useServer } from "../servers/use-server.ts";
import { type PackedProject, packedProject } from "./packed-project.ts";
import { type Shop, withShop } from "./shop.ts";
import { type TestStack, testStack } from "./stack.ts";

const kubernetes = useServer(startKubernetes);

let postgres: Postgres;
let project: PackedProject;
let shop: Shop;
let stack: TestStack;

beforeAll(async () => {
  const settings = { wal_level: "logical" };
  [postgres, project] = await Promise.all([startPostgres(18, { settings }), packedProject()]);
  shop = await withShop(postgres);
  stack = await testStack(project, "kubernetes");
});
afterAll(async () => {
  await Promise.all([postgres?.stop(), project?.remove()]);
});

describe("a KubernetesRelay with a kubeconfig", () => {
  test("needs the client of Kubernetes, which the preview names", async () => {
    stack.program = async () => {
      const { Database, KubernetesRelay } = project.integratedb;
      const database = new Database("shop", { connection: secret(shop.url) });
      const { kubeconfig } = kubernetes();
      new KubernetesRelay("relay", { database, namespace: "nowhere", kubeconfig });
    };
    const preview = await stack.preview();
    expect(preview.ok).toBe(false);
    expect(preview.output.replaceAll(/\s+/g, " ")).toContain(
      "IDB1407 The package @kubernetes/client-node is not installed. Run: npm install @kubernetes/client-node",
    );
  });

  test("is refused by the cluster before there is a login, a slot or an object", async () => {
    await project.install("@kubernetes");
    const up = await stack.up();
    expect(up.ok).toBe(false);
    expect(up.output).toContain("IDB1407 The cluster refuses objects of the relay");
    expect(up.output).toContain('Deployment relay: namespaces "nowhere" not found');
    expect(await shop.sql("select slot_name from pg_replication_slots")).toEqual([]);
    expect(await shop.sql("select from pg_roles where rolname = 'integratedb_relay'")).toEqual([]);
    const types = (await stack.resources()).map(({ type }) => type);
    expect(types.filter((type) => /kubernetes:|integratedb:Relay/.test(type))).toEqual([]);
  });

  test("and nothing of it is left after the stack", async () => {
    const destroy = await stack.destroy();
    expect(destroy.ok, destroy.output).toBe(true);
  });
});
