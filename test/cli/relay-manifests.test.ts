import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { type Manifest, preflight } from "../../provider/runtime/kubernetes-preflight.ts";
import { relayVariables } from "../../provider/runtime/relay-variables.ts";
import { generateRelayKey } from "../../provider/runtime/seal.ts";
import { readSettings, settings } from "../../relay/config.ts";
import { startKubernetes } from "../servers/kubernetes.ts";
import { knowServiceMonitors, restrictedNamespace } from "../servers/kubernetes-namespace.ts";
import { useServer } from "../servers/use-server.ts";
import { document, integratedb } from "./command-line.ts";

const secrets = {
  INTEGRATEDB_RELAY_DATABASE_URL: "postgresql://relay:hidden-password@db/shop",
  INTEGRATEDB_RELAY_KEY: generateRelayKey().privateKey,
};

/** The objects that are printed, read as a reader of YAML 1.1 does, which kubectl is. */
async function printed(
  flags: readonly string[] = [],
  environment: Readonly<Record<string, string>> = secrets,
): Promise<Printed[]> {
  const { exit, stdout, stderr } = await integratedb(["relay", "manifests", ...flags], environment);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  return parseAllDocuments(stdout, { version: "1.1" }).map((each) => each.toJS() as Printed);
}

interface Printed extends Manifest {
  readonly spec: Deployment;
  readonly stringData?: Record<string, string>;
}

interface Deployment {
  readonly template: {
    readonly metadata: { readonly annotations?: Record<string, string> };
    readonly spec: {
      readonly terminationGracePeriodSeconds: number;
      readonly containers: readonly [
        { readonly env: readonly { readonly name: string; readonly value: string }[] },
      ];
    };
  };
}

function deploymentIn(objects: readonly Printed[]): Deployment["template"] {
  const found = objects.find(({ kind }) => kind === "Deployment");
  if (found === undefined) throw new Error("there is no Deployment");
  return found.spec.template;
}

describe("in a cluster that enforces the restricted standard", () => {
  const kubernetes = useServer(async () => {
    const server = await startKubernetes();
    await restrictedNamespace(server, "shop");
    await knowServiceMonitors(server);
    return server;
  });

  test.each([
    ["as they are by default", []],
    ["with everything that can be asked for", fullFlags()],
  ])("every object is accepted, %s", async (_, flags) => {
    const objects = await printed(["--namespace=shop", ...flags]);
    expect(objects.length).toBeGreaterThan(4);
    await preflight(kubernetes(), objects);
  });

  test("what an object has too much, and a pod that may too much, would be refused", async () => {
    const objects = await printed(["--namespace=shop"]);
    const service = objects.find(({ kind }) => kind === "Service");
    const unknown = { ...service, spec: { ...service?.spec, prots: [] } } as unknown as Printed;
    await expect(preflight(kubernetes(), [unknown])).rejects.toThrow("prots");
    const text = JSON.stringify(objects.find(({ kind }) => kind === "Deployment"));
    const rooted = JSON.parse(text.replace('"runAsNonRoot":true', '"runAsNonRoot":false'));
    await expect(preflight(kubernetes(), [rooted])).rejects.toThrow("PodSecurity");
  });
});

function fullFlags(): string[] {
  return [
    ["--name", "relay-one", "--namespace", "shop", "--replicas", "3", "--service-monitor"],
    ["--image", "registry.internal:5000/relay@sha256:".concat("0".repeat(64))],
    ["--pull-secret", "one", "two.three", "--existing-secret", "relay.secrets"],
  ].flat();
}

test("the relay finds all of its settings in the container", async () => {
  const folder = await mkdtemp(join(tmpdir(), "manifests-"));
  try {
    const given = {
      ...secrets,
      INTEGRATEDB_RELAY_STREAMING: "on",
      INTEGRATEDB_RELAY_SLOT: "0123",
      INTEGRATEDB_RELAY_DRAIN_SECONDS: "90",
    };
    const objects = await printed([], given);
    const stored = objects.find(({ kind }) => kind === "Secret")?.stringData ?? {};
    await mkdir(join(folder, "secrets"));
    for (const [key, value] of Object.entries(stored)) {
      await writeFile(join(folder, "secrets", key), value);
    }
    const pod = deploymentIn(objects).spec;
    const variables = pod.containers[0].env.map(({ name, value }) => [
      name,
      value.replace(/^\/secrets\//, `${folder}/secrets/`),
    ]);
    expect(readSettings(Object.fromEntries(variables))).toMatchObject({
      DATABASE_URL: secrets.INTEGRATEDB_RELAY_DATABASE_URL,
      KEY: secrets.INTEGRATEDB_RELAY_KEY,
      STREAMING: "on",
      SLOT: "0123",
      DRAIN_SECONDS: 90,
      SPILL_FOLDER: "/spill",
    });
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(90);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("every setting of the relay is known", () => {
  const names = Object.keys(settings.shape).map((name) => `INTEGRATEDB_RELAY_${name}`);
  expect([...relayVariables].sort()).toEqual(names.sort());
});

test("secrets are in the Secret alone, and another one replaces the pods", async () => {
  const other = { ...secrets, INTEGRATEDB_RELAY_KEY: generateRelayKey().privateKey };
  const checksums: unknown[] = [];
  for (const environment of [secrets, secrets, other]) {
    const objects = await printed([], environment);
    const others = JSON.stringify(objects.filter(({ kind }) => kind !== "Secret"));
    for (const value of Object.values(environment)) expect(others).not.toContain(value);
    checksums.push(deploymentIn(objects).metadata.annotations?.["checksum/secret"]);
  }
  const [first, again, changed] = checksums;
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(again).toBe(first);
  expect(changed).not.toBe(first);
});

test("with a Secret that is there already none is printed, and none is asked for", async () => {
  const objects = await printed(["--existing-secret", "mine"], {});
  expect(objects.map(({ kind }) => kind)).not.toContain("Secret");
  expect(JSON.stringify(deploymentIn(objects))).toContain('"secretName":"mine"');
});

test("secrets come from files too", async () => {
  const folder = await mkdtemp(join(tmpdir(), "manifests-"));
  try {
    await writeFile(join(folder, "key"), `${secrets.INTEGRATEDB_RELAY_KEY}\n`);
    const { INTEGRATEDB_RELAY_KEY: _, ...others } = secrets;
    const files = { ...others, INTEGRATEDB_RELAY_KEY_FILE: join(folder, "key") };
    const objects = await printed([], files);
    expect(objects.find(({ kind }) => kind === "Secret")?.stringData).toEqual(secrets);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("--json prints a list that kubectl takes as it is", async () => {
  const result = await integratedb(["relay", "manifests", "--json"], secrets);
  const list = document(result) as { items: Printed[] };
  expect(list).toMatchObject({ apiVersion: "v1", kind: "List" });
  expect(list.items).toEqual(await printed());
});

test.each([
  ["no secrets", [], {}, /^IDB1314 .*DATABASE_URL and INTEGRATEDB_RELAY_KEY.*\n.*--existing/],
  [
    "a URL of something else",
    [],
    { ...secrets, INTEGRATEDB_RELAY_DATABASE_URL: "mysql://a:hidden@b/c" },
    /^IDB1314 INTEGRATEDB_RELAY_DATABASE_URL(?!.*hidden)/s,
  ],
  [
    "a key that is none",
    [],
    { ...secrets, INTEGRATEDB_RELAY_KEY: "hidden" },
    /^IDB1314 INTEGRATEDB_RELAY_KEY(?!.*hidden)/s,
  ],
  [
    "a file that is not there",
    [],
    { INTEGRATEDB_RELAY_KEY_FILE: "/nonexistent/key" },
    /^IDB1314 .*INTEGRATEDB_RELAY_KEY_FILE.*\n.*ENOENT/,
  ],
  ["a name in upper case", ["--name", "Relay"], secrets, /^IDB1301 --name: expected 1 to 63/],
  ["no replicas", ["--replicas", "0"], secrets, /^IDB1301 --replicas: expected at least 1/],
  ["replicas in words", ["--replicas", "two"], secrets, /^IDB1301 .*It is a number/],
  ["an image with a space", ["--image", "a b"], secrets, /^IDB1301 --image: expected the ref/],
  ["a database", ["--url", "postgres://db/shop"], secrets, /^IDB1301 unknown option '--url'/],
])("%s: it is refused with exit 2", async (_, flags, environment, problem) => {
  const result = await integratedb(["relay", "manifests", ...flags], environment);
  expect(result).toMatchObject({ exit: 2, stdout: "" });
  expect(result.stderr).toMatch(problem);
});
