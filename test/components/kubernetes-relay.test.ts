import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { checkedInput } from "../../components/checked-input.ts";
import { optionalPackage } from "../../components/optional-package.ts";
import { kubernetesForm } from "../../provider/runtime/kubernetes-form.ts";
import type { Manifest } from "../../provider/runtime/kubernetes-preflight.ts";
import { integratedb as commandLine } from "../cli/command-line.ts";
import { everything, objectsWith, type RelayArgs, registeredWith } from "./kubernetes-objects.ts";
import { connection, integratedb, registeredBy, relayKey, settled } from "./mocks.ts";

const url = "postgresql://integratedb_relay:relay-password@db.internal:5432/shop";

async function deploymentWith(args: RelayArgs): Promise<string> {
  const objects = await objectsWith(args);
  return JSON.stringify(objects.find(({ kind }) => kind === "Deployment"));
}

describe("a KubernetesRelay", () => {
  test("is what `integratedb relay manifests` prints", async () => {
    const { stdout } = await commandLine(["relay", "manifests", "--name=relay", "--namespace=a"], {
      INTEGRATEDB_RELAY_DATABASE_URL: url,
      INTEGRATEDB_RELAY_KEY: relayKey.privateKey,
      INTEGRATEDB_RELAY_SLOT: "integratedb",
    });
    const printed = parseAllDocuments(stdout).map((each) => each.toJS() as Manifest);
    const made = await objectsWith({ namespace: "a" });
    expect(made).toEqual(printed.sort((one, other) => one.kind.localeCompare(other.kind)));
  });

  test("hands secrets over in its Secret alone", async () => {
    const objects = await objectsWith(everything);
    for (const value of ["relay-password", relayKey.privateKey, "authorization=token"]) {
      const holders = objects.filter((each) => JSON.stringify(each).includes(value));
      expect(holders.map(({ kind }) => kind)).toEqual(["Secret"]);
    }
  });

  test("keeps what is no secret readable in previews", async () => {
    const secrets: Promise<boolean>[] = [];
    await registeredBy(() => {
      const database = new integratedb.Database("shop", { connection });
      const { relay, url } = new integratedb.KubernetesRelay("relay", { database });
      secrets.push(pulumi.isSecret(relay.environment), pulumi.isSecret(url));
    });
    expect(await Promise.all(secrets)).toEqual([true, false]);
    const registered = await registeredWith({});
    const secret = registered.find(({ type }) => type === "kubernetes:core/v1:Secret");
    const deployment = registered.find(({ type }) => type === "kubernetes:apps/v1:Deployment");
    expect(secret?.secretInputs).toEqual(["stringData"]);
    expect(deployment?.secretInputs).toEqual([]);
  });

  test("replaces its pods when a secret changes, and only then", async () => {
    const checksum = /"checksum\/secret":"[0-9a-f]{64}"/;
    const [first] = (await deploymentWith({})).match(checksum) ?? [];
    const [again] = (await deploymentWith({ settings: { memoryMb: 64 } })).match(checksum) ?? [];
    const environment = { OTEL_EXPORTER_OTLP_HEADERS: "authorization=other" };
    const [changed] = (await deploymentWith({ environment })).match(checksum) ?? [];
    expect(first).toBeDefined();
    expect(again).toBe(first);
    expect(changed).not.toBe(first);
  });

  test("gives a relay that drains for long the time for it", async () => {
    const text = await deploymentWith({ settings: { drainSeconds: 300 } });
    const [, seconds] = /"terminationGracePeriodSeconds":(\d+)/.exec(text) ?? [];
    expect(Number(seconds)).toBeGreaterThan(300);
  });

  test("says where receivers of socket channels connect to", async () => {
    let address: Promise<string> | undefined;
    await registeredBy(() => {
      const database = new integratedb.Database("shop", { connection });
      const relay = new integratedb.KubernetesRelay("relay", { database, namespace: "shop" });
      address = settled(relay.url);
    });
    expect(await address).toBe("http://relay.shop.svc:8080");
  });

  test("is deleted before the slot and the login", async () => {
    const order = (await registeredWith({})).map(({ name }) => name);
    expect(order.indexOf("relay-relay-registration")).toBeLessThan(order.indexOf("relay-secret"));
    expect(order.indexOf("relay-secret")).toBeLessThan(order.indexOf("relay-deployment"));
  });
});

describe("what is wrong is said before anything is made", () => {
  test.each<[string, RelayArgs, string]>([
    ["a name", { name: "Shop_Relay" }, "IDB1201 name: expected 1 to 63 lower-case letters"],
    ["a namespace", { namespace: "shop.a" }, "IDB1201 namespace: expected 1 to 63"],
    ["replicas", { replicas: 0 }, "IDB1201 replicas: expected at least 1"],
    ["an image", { image: "not an image" }, "IDB1201 image: expected the reference"],
    ["a size", { spillSize: "10 GB" }, "IDB1201 spillSize: expected a quantity"],
    ["an amount", { resources: { limits: { memory: "lots" } } }, "IDB1201 resources.limits.memory"],
    ["a range", { allowTo: ["10.0.0.0"] }, "IDB1201 allowTo[0]: expected an address range"],
    [
      "a time",
      { serviceMonitor: { interval: "often" } },
      "IDB1201 serviceMonitor.interval: expected",
    ],
  ])("%s", async (_, args, problem) => {
    await registeredBy(() => {
      const database = new integratedb.Database("shop", { connection });
      const declare = () => new integratedb.KubernetesRelay("relay", { database, ...args });
      expect(declare).toThrow(problem);
    });
  });

  test("a value that is known only later", async () => {
    let problem: Promise<unknown> | undefined;
    await registeredBy(() => {
      const component = new pulumi.ComponentResource("test:index:SomeRelay", "some");
      const replicas = pulumi.output(0);
      const later = checkedInput(component, "replicas", kubernetesForm.replicas, replicas);
      problem = reasonOf(later);
    });
    expect(await problem).toContain("IDB1201 replicas: expected at least 1");
  });

  test("a package that is not there, with the command that installs it", async () => {
    await registeredBy(() => {
      class SomeRelay extends pulumi.ComponentResource {}
      const component = new SomeRelay("test:index:SomeRelay", "some");
      expect(() => optionalPackage("@pulumi/nowhere", component)).toThrow(
        "IDB1231 SomeRelay needs the package @pulumi/nowhere, which is not installed. Run: npm install @pulumi/nowhere",
      );
    });
  });
});

/** Why an output has no value. All that it promises fails with it. */
function reasonOf(output: pulumi.Output<unknown>): Promise<string> {
  const { isKnown, isSecret } = output as unknown as Record<string, Promise<unknown>>;
  const call = (name: string) => (Reflect.get(output, name) as () => Promise<unknown>).call(output);
  const promises = [isKnown, isSecret, call("promise"), call("allResources")];
  return Promise.allSettled(promises).then(([first]) =>
    first?.status === "rejected" ? String(first.reason) : "none",
  );
}
