import { describe, expect, test } from "vitest";
import type { Stakeholder } from "../../components/index.ts";
import { connection, integratedb, type Registered, registeredBy } from "./mocks.ts";

const uri = "postgresql://reporter_a:secret-password@db.internal:5432/shop";
const values = {
  host: "db.internal",
  port: 5432,
  username: "reporter_a",
  password: "secret-password",
};
const json = { engine: "postgres", ...values, dbname: "shop" };
const binding = { type: "postgresql", ...values, database: "shop", uri };
const env = {
  PGHOST: "db.internal",
  PGPORT: 5432,
  PGUSER: "reporter_a",
  PGPASSWORD: "secret-password",
  PGDATABASE: "shop",
  DATABASE_URL: uri,
};

/** The entry that a program declares. */
async function entryOf(declare: (stakeholder: Stakeholder) => void): Promise<Registered> {
  const registered = await registeredBy(() => {
    const database = new integratedb.Database("shop", { connection });
    declare(new integratedb.Stakeholder("reporter", { database, adopt: true }));
  });
  const found = registered.find(({ type }) => type.endsWith(":StoreEntry"));
  if (found === undefined) throw new Error("no entry was declared");
  return found;
}

describe("the content of an entry", () => {
  const texts = {
    json: JSON.stringify(json),
    uri,
    env: Object.entries(env)
      .map(([name, value]) => `${name}='${value}'\n`)
      .join(""),
    servicebinding: JSON.stringify(binding),
  } as const;

  test.each(["json", "uri", "env", "servicebinding"] as const)(
    "in the layout %s is a text or texts by key, and a secret",
    async (layout) => {
      const text = await entryOf((stakeholder) => {
        new integratedb.AwsSecret("entry", { stakeholder, layout });
      });
      expect(reordered(text.inputs["content"])).toEqual(reordered(texts[layout]));
      const keyed = await entryOf((stakeholder) => {
        new integratedb.VaultSecret("entry", { stakeholder, layout });
      });
      expect(keyed.inputs["content"]).toEqual(
        { json, uri: { uri }, env, servicebinding: binding }[layout],
      );
      for (const { secretInputs } of [text, keyed]) expect(secretInputs).toContain("content");
    },
  );

  test("is what a function makes of the outputs", async () => {
    const text = await entryOf((stakeholder) => {
      const layout = ({ username, port }: { username: string; port: number }) => ({
        username,
        port,
      });
      new integratedb.GoogleSecret("entry", { stakeholder, layout });
    });
    expect(text.inputs["content"]).toBe('{"username":"reporter_a","port":5432}');
    const keyed = await entryOf((stakeholder) => {
      const layout = ({ database }: { database: string }) => ({
        [`name-of.${database}`]: database,
      });
      new integratedb.KubernetesSecret("entry", { stakeholder, layout });
    });
    expect(keyed.inputs["content"]).toEqual({ "name-of.shop": "shop" });
    expect(keyed.inputs["settings"]).toEqual({ type: "Opaque" });
  });

  test.each([
    ["AwsSecret", { json: true }],
    ["AwsParameter", { json: true }],
    ["GoogleSecret", { json: false }],
    ["AzureSecret", { json: false }],
  ] as const)("of %s is by default what that store's tools expect", async (kind, expected) => {
    const { inputs } = await entryOf((stakeholder) => {
      new integratedb[kind]("entry", { stakeholder, vaultUrl: "https://a.vault.azure.net" });
    });
    expect(inputs["content"]).toBe(expected.json ? JSON.stringify(json) : uri);
  });
});

describe("an entry", () => {
  test("has the name of the resource, and is adopted only if that is said of itself", async () => {
    const { name, inputs } = await entryOf((stakeholder) => {
      new integratedb.KubernetesSecret("reporter-database", { stakeholder, namespace: "apps" });
    });
    expect(name).toBe("reporter-database-entry");
    expect(inputs).toMatchObject({
      store: "kubernetesSecret",
      name: "reporter-database",
      settings: { namespace: "apps", type: "servicebinding.io/postgresql" },
    });
    expect(inputs).not.toHaveProperty("adopt");
  });

  test("leaves nothing of its arguments in the state of its component", async () => {
    const registered = await registeredBy(() => {
      const database = new integratedb.Database("shop", { connection });
      const stakeholder = new integratedb.Stakeholder("reporter", { database });
      new integratedb.AwsSecret("entry", { stakeholder });
    });
    const component = registered.find(({ type }) => type === "integratedb:index:AwsSecret");
    expect(component?.inputs).toEqual({});
  });
});

/** JSON with its keys in one order. */
function reordered(text: unknown): unknown {
  return typeof text === "string" && text.startsWith("{") ? JSON.parse(text) : text;
}
