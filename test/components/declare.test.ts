import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { ClaimArgs } from "../../components/index.ts";
import { matchOfDocument } from "../../components/match.ts";
import { connection, integratedb, type Registered, registeredBy, settled } from "./mocks.ts";

function inputsOf(registered: readonly Registered[], name: string): Record<string, unknown> {
  const found = registered.find((each) => each.name === name);
  if (found === undefined) throw new Error(`nothing is called ${name}`);
  const { __provider, ...inputs } = found.inputs;
  return inputs;
}

describe("a program", () => {
  test("registers one resource for each thing that it declares, in a component or alone", async () => {
    const registered = await registeredBy(() => {
      const shop = new integratedb.Database("shop", { connection });
      const reporter = new integratedb.Stakeholder("reporter", { database: shop });
      new integratedb.Claim("reporter-orders", {
        stakeholder: reporter,
        match: [{ path: "public.orders", fields: ["*"] }],
      });
    });
    expect(registered.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
      "integratedb:index:Database shop",
      "integratedb:index:Stakeholder reporter",
      "pulumi-nodejs:dynamic/integratedb:Claim reporter-orders",
      "pulumi-nodejs:dynamic/integratedb:Database shop-engine",
      "pulumi-nodejs:dynamic/integratedb:Stakeholder reporter-stakeholder",
    ]);
  });

  test("keeps the connection secret even where it was not given as one", async () => {
    let isSecret = false;
    const registered = await registeredBy(() => {
      const shop = new integratedb.Database("shop", { connection });
      const reporter = new integratedb.Stakeholder("reporter", { database: shop });
      pulumi.isSecret(reporter.connection).then((secret) => {
        isSecret = secret;
      });
    });
    expect(isSecret).toBe(true);
    expect(inputsOf(registered, "reporter-stakeholder")).toEqual({ connection, name: "reporter" });
  });

  test("stores nothing of its arguments with the components", async () => {
    const registered = await registeredBy(() => {
      new integratedb.Database("shop", { connection, policy: { sensitive: ["*.*.email"] } });
    });
    expect(inputsOf(registered, "shop")).toEqual({});
  });

  test("gives every resource the same short provider, with no secret in it", async () => {
    const registered = await registeredBy(() => {
      const shop = new integratedb.Database("shop", { connection: pulumi.secret(connection) });
      new integratedb.Stakeholder("reporter", { database: shop });
    });
    for (const name of ["shop-engine", "reporter-stakeholder"]) {
      const text = String(registered.find((each) => each.name === name)?.inputs["__provider"]);
      expect(text).toContain('import("@integratedb/pulumi/runtime/v1")');
      expect(text).not.toContain("admin-password");
      expect(text.length).toBeLessThan(300);
    }
  });
});

describe("a Database", () => {
  test("takes its connection from a provider of @pulumi/postgresql", async () => {
    const registered = await registeredBy(() => {
      const provider = new postgresql.Provider("admin", {
        host: "db.internal",
        port: 5433,
        username: "admin",
        password: pulumi.secret("admin-password"),
        database: "shop",
        sslmode: "require",
      });
      new integratedb.Database("shop", { provider });
    });
    expect(inputsOf(registered, "shop-engine")["connection"]).toEqual({
      host: "db.internal",
      port: "5433",
      user: "admin",
      password: "admin-password",
      database: "shop",
      sslmode: "require",
    });
  });

  test("refuses to guess between a connection and a provider", async () => {
    await registeredBy(() => {
      const declare = () => new integratedb.Database("shop", {});
      expect(declare).toThrow("give either `connection` or `provider`");
    });
  });

  test("that exists already installs no engine", async () => {
    const registered = await registeredBy(() => {
      const shop = integratedb.Database.existing("shop", { connection });
      new integratedb.Stakeholder("reporter", { database: shop });
    });
    expect(registered.map(({ name }) => name)).not.toContain("shop-engine");
    expect(inputsOf(registered, "reporter-stakeholder")["connection"]).toBe(connection);
  });
});

describe("a Stakeholder", () => {
  test("holds its grants in a role and a schema of the program", async () => {
    const registered = await registeredBy(() => {
      const shop = new integratedb.Database("shop", { connection });
      const role = new postgresql.Role("readers", { name: "readers" });
      const schema = new postgresql.Schema("own", { name: "reporting" });
      new integratedb.Stakeholder("reporter", { database: shop, role, schema });
    });
    const inputs = inputsOf(registered, "reporter-stakeholder");
    expect(inputs).toMatchObject({ role: "readers", schema: "reporting" });
  });

  test("hands out its credentials as AWS and Kubernetes expect them, as secrets", async () => {
    const secrets: Promise<boolean>[] = [];
    const values: Promise<unknown>[] = [];
    await registeredBy(() => {
      const shop = new integratedb.Database("shop", { connection });
      const reporter = new integratedb.Stakeholder("reporter", { database: shop });
      values.push(settled(reporter.awsSecretString), settled(reporter.serviceBinding));
      for (const each of [reporter.password, reporter.uri, reporter.awsSecretString]) {
        secrets.push(pulumi.isSecret(each));
      }
    });
    const [text, binding] = await Promise.all(values);
    expect(JSON.parse(String(text))).toEqual({
      engine: "postgres",
      host: "db.internal",
      port: 5432,
      username: "reporter_a",
      password: "secret-password",
      dbname: "shop",
    });
    expect(binding).toMatchObject({ type: "postgresql", port: "5432", username: "reporter_a" });
  });
});

describe("a Claim", () => {
  const claimed = async (args: Omit<ClaimArgs, "stakeholder">) => {
    const registered = await registeredBy(() => {
      const shop = new integratedb.Database("shop", { connection });
      const stakeholder = new integratedb.Stakeholder("reporter", { database: shop });
      new integratedb.Claim("orders", { stakeholder, ...args });
    });
    return inputsOf(registered, "orders")["match"];
  };

  test("is turned into the form of the engine", async () => {
    const match = await claimed({
      match: [
        {
          path: pulumi.output("public.orders"),
          fields: [
            "id",
            { name: "status", type: "varchar(20)", minLength: 20, isNullable: false },
            { alternatives: ["total", { name: "sum", minLength: 3 }], optional: true },
          ],
        },
        { alternatives: [{ path: "public.a" }, { path: "public.b" }], optional: true },
      ],
    });
    expect(match).toEqual([
      {
        path: "public.orders",
        fields: [
          "id",
          { name: "status", type: "varchar(20)", min_length: 20, is_nullable: false },
          { alternatives: ["total", { name: "sum", min_length: 3 }], optional: true },
        ],
      },
      { alternatives: [{ path: "public.a" }, { path: "public.b" }], optional: true },
    ]);
  });

  test("takes a document of the original format, as an object or as text", async () => {
    const document = {
      match: [{ path: "public.orders", fields: [{ name: "status", min_length: 20 }] }],
    };
    expect(await claimed({ document })).toEqual(document.match);
    expect(await claimed({ document: JSON.stringify(document) })).toEqual(document.match);
  });

  test.each([
    ["{", "the text is no JSON"],
    ["[]", "expected an object with `match`"],
    ["null", "expected an object with `match`"],
    ['{ "match": [], "fields": [] }', "nothing is allowed beside `match`, found `fields`"],
  ])("says what is wrong with the document %s", (document, problem) => {
    expect(() => matchOfDocument(document, "orders")).toThrow(problem);
  });

  test("needs either a match or a document", async () => {
    await registeredBy(() => {
      const shop = new integratedb.Database("shop", { connection });
      const stakeholder = new integratedb.Stakeholder("reporter", { database: shop });
      const declare = () => new integratedb.Claim("orders", { stakeholder });
      expect(declare).toThrow("give either `match` or `document`");
    });
  });
});
