import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test, vi } from "vitest";
import { kubernetesPreflight } from "../../provider/runtime/v1/index.ts";
import { freePort } from "../free-port.ts";
import { type Kubernetes, startKubernetes } from "../servers/kubernetes.ts";
import { knowServiceMonitors, restrictedNamespace } from "../servers/kubernetes-namespace.ts";
import { useServer } from "../servers/use-server.ts";
import { everything, objectsWith, type RelayArgs, registeredWith } from "./kubernetes-objects.ts";
import { relayKey } from "./mocks.ts";

const kubernetes = useServer(async () => {
  const server = await startKubernetes();
  await restrictedNamespace(server, "shop");
  return server;
});

type Inputs = Parameters<typeof kubernetesPreflight.create>[0];

/** What the preflight of a relay with these arguments is given. */
async function inputsWith(args: RelayArgs): Promise<Inputs> {
  const registered = await registeredWith(args);
  const found = registered.find(({ type }) => type.endsWith(":KubernetesPreflight"));
  if (found === undefined) throw new Error("there is no preflight");
  return found.inputs as unknown as Inputs;
}

const few = { namespace: "shop" } satisfies RelayArgs;

async function ask(args: RelayArgs): Promise<unknown> {
  const { kubeconfig } = kubernetes();
  return kubernetesPreflight.create(await inputsWith({ kubeconfig, ...few, ...args }));
}

/** A kubeconfig in which the API server is elsewhere. */
async function movedTo(port: number, { kubeconfig }: Kubernetes): Promise<string> {
  const text = await readFile(kubeconfig, "utf8");
  const moved = `${kubeconfig}.moved`;
  await writeFile(moved, text.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`));
  return moved;
}

describe("a cluster is asked before the objects of a relay are made", () => {
  test("and refuses a kind that it does not know", async () => {
    await expect(ask({ serviceMonitor: true })).rejects.toThrow(
      "IDB1407 The cluster refuses objects of the relay: ServiceMonitor relay: the cluster knows no such kind of monitoring.coreos.com/v1. Install what defines the kind",
    );
  });

  test.each([
    ["few", few],
    ["all", everything],
  ])("and takes those of one with %s arguments, without making any", async (which, args) => {
    if (which === "all") await knowServiceMonitors(kubernetes());
    await ask(args);
    for (const path of ["/apis/apps/v1/namespaces/shop/deployments", "/api/v1/secrets"]) {
      expect(await kubernetes().api("GET", path)).toMatchObject({ items: [] });
    }
  });

  test("and again when they are there and are to be changed", async () => {
    const objects = await objectsWith(few);
    const account = objects.find(({ kind }) => kind === "ServiceAccount") ?? {};
    await kubernetes().api("POST", "/api/v1/namespaces/shop/serviceaccounts", account);
    const deployment = objects.find(({ kind }) => kind === "Deployment") ?? {};
    await kubernetes().api("POST", "/apis/apps/v1/namespaces/shop/deployments", deployment);
    await ask({ replicas: 3, image: "registry.internal/relay:0.2.1" });
  });

  test("and refuses pods that do not fit into the quota of the namespace", async () => {
    await restrictedNamespace(kubernetes(), "tight");
    const path = "/api/v1/namespaces/tight/resourcequotas";
    const hard = { "limits.memory": "256Mi" };
    await kubernetes().api("POST", path, { metadata: { name: "small" }, spec: { hard } });
    // As a controller of a whole cluster does.
    const status = { hard, used: { "limits.memory": "0" } };
    const quota = await kubernetes().api<object>("GET", `${path}/small`);
    await kubernetes().api("PUT", `${path}/small/status`, { ...quota, status });
    await expect(ask({ namespace: "tight" })).rejects.toThrow(
      /^IDB1407 .* Pod relay: pods "relay" is forbidden: exceeded quota: small, requested: limits\.memory=512Mi/,
    );
  });

  test("and takes them in a namespace that it has not given an account yet", async () => {
    await kubernetes().api("POST", "/api/v1/namespaces", { metadata: { name: "new" } });
    await ask({ namespace: "new" });
  });

  test("and takes them from a user who may make the objects, but no pods", async () => {
    await restrictedNamespace(kubernetes(), "team");
    const rights = "/apis/rbac.authorization.k8s.io/v1/namespaces/team";
    const [apiGroups, verbs] = [
      ["", "apps", "networking.k8s.io", "policy"],
      ["create", "patch"],
    ];
    const resources = ["serviceaccounts", "secrets", "services", "deployments"];
    const rules = [
      { apiGroups, verbs, resources: [...resources, "networkpolicies", "poddisruptionbudgets"] },
    ];
    await kubernetes().api("POST", `${rights}/roles`, { metadata: { name: "deployer" }, rules });
    const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "powerless" }];
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "deployer" };
    const binding = { metadata: { name: "deployer" }, subjects, roleRef };
    await kubernetes().api("POST", `${rights}/rolebindings`, binding);
    const { powerless: kubeconfig } = kubernetes();
    // The server learns of new rights a moment later.
    await vi.waitFor(() => ask({ namespace: "team", kubeconfig }), { timeout: 10_000 });
  });

  test("and refuses a user who has no right to, for each object", async () => {
    const refused = ask({ kubeconfig: kubernetes().powerless });
    await expect(refused).rejects.toThrow(
      /Deployment relay: .*User "powerless" cannot patch resource "deployments".*Give the user of the kubeconfig that right/s,
    );
    await expect(refused).rejects.toThrow(/Secret relay: .*cannot patch resource "secrets"/);
  });

  test.each<[string, () => Promise<RelayArgs>, string]>([
    [
      "a user whom it does not know",
      async () => ({ kubeconfig: kubernetes().unknown }),
      "Unauthor",
    ],
    [
      "a namespace that is not there",
      async () => ({ namespace: "nowhere" }),
      'namespaces "nowhere" not found',
    ],
    [
      "everything when it does not answer",
      async () => ({ kubeconfig: await movedTo(await freePort(), kubernetes()) }),
      "ECONNREFUSED",
    ],
  ])("and refuses %s", async (_, args, said) => {
    const refused = ask(await args());
    await expect(refused).rejects.toThrow("IDB1407");
    await expect(refused).rejects.toThrow(said);
  });
});

describe("the preflight of a relay", () => {
  test("comes before login, slot and every object, and only where a kubeconfig or context is given", async () => {
    const names = (await registeredWith({ context: "shop" })).map(({ name }) => name);
    const first = names.indexOf("relay-preflight");
    expect(first).toBeGreaterThan(-1);
    const others = names.filter((name) => name.startsWith("relay-") && name !== "relay-preflight");
    for (const name of others) expect(names.indexOf(name)).toBeGreaterThan(first);
    const without = (await registeredWith({})).map(({ name }) => name);
    expect(without.toSorted()).toEqual(
      names.filter((name) => name !== "relay-preflight").toSorted(),
    );
  });

  test("asks about the objects that are made, but for what is secret", async () => {
    const { manifests } = await inputsWith({ ...everything, context: "shop" });
    const made = await objectsWith(everything);
    const asked = [...manifests].sort((one, other) => one.kind.localeCompare(other.kind));
    const text = JSON.stringify(asked);
    for (const value of ["relay-password", relayKey.privateKey, "authorization=token"]) {
      expect(text).not.toContain(value);
    }
    expect(JSON.parse(withoutSecrets(text))).toEqual(
      JSON.parse(withoutSecrets(JSON.stringify(made))),
    );
  });

  test.each([
    ["a kubeconfig that is not there", { kubeconfig: "/nowhere/config" }, "ENOENT"],
    ["a context that is not in it", { context: "other" }, "Found: context other."],
  ])("says in the preview that there is %s", async (_, access, said) => {
    const inputs = { kubeconfig: kubernetes().kubeconfig, ...access, manifests: [] };
    const { failures } = await kubernetesPreflight.check({}, inputs);
    expect(failures?.[0]?.reason).toContain("IDB1407 The kubeconfig");
    expect(failures?.[0]?.reason).toContain(said);
  });
});

function withoutSecrets(text: string): string {
  return text
    .replace(/"stringData":\{[^}]*\}/, '"stringData":{}')
    .replace(/"checksum\/secret":"[0-9a-f]{64}"/, '"checksum/secret":""');
}
