import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { generateRelayKey } from "../../provider/runtime/seal.ts";

const require = createRequire(import.meta.url);

/**
 * The package as Node itself loads it: Pulumi serialises the functions of dynamic providers, and
 * those that the test runner has rewritten would take the test runner with them.
 */
export const integratedb: typeof import("../../components/index.ts") = require("../../components/index.ts");

/** A resource that a program registered, with its inputs as the engine would see them. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** Names of the inputs that hold a secret. */
  readonly secretInputs: readonly string[];
}

/** Runs a program against mocks of the engine and returns what it registered. */
export async function registeredBy(program: () => void): Promise<Registered[]> {
  const registered: Registered[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      const secretInputs = Object.keys(inputs).filter((key) =>
        JSON.stringify(inputs[key] ?? null).includes(secretSignature),
      );
      registered.push({ type, name, inputs: inClear(inputs), secretInputs });
      const id = type === "aws:ec2/securityGroup:SecurityGroup" ? "sg-01234567" : `${name}-id`;
      return { id, state: { ...inputs, ...computed[type], ...ofAws(type, name) } };
    },
    call: () => ({}),
  });
  await pulumi.runtime.runInPulumiStack(async () => program());
  await pulumi.runtime.disconnect();
  return registered.filter(({ type }) => type !== "pulumi:pulumi:Stack");
}

/** Under which an input that is a secret holds its value, when it is sent to the engine. */
const secretSignature = "4dabf18193072939515e22adb298388d";

function inClear(inputs: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(inputs), (_key, value) =>
    typeof value === "object" && value !== null && secretSignature in value ? value.value : value,
  );
}

/** Of the database, as its programs give it. */
export const connection = "postgresql://admin:admin-password@db.internal/shop";

/** Of the database's relay. */
export const relayKey = generateRelayKey();

/** Outputs that the real providers would add. */
const computed: Record<string, object> = {
  "pulumi-nodejs:dynamic/integratedb:Stakeholder": {
    username: "reporter_a",
    password: "secret-password",
    host: "db.internal",
    port: 5432,
    database: "shop",
    uri: "postgresql://reporter_a:secret-password@db.internal:5432/shop",
  },
  "pulumi-nodejs:dynamic/integratedb:Database": { engineVersion: "0.2.0" },
  "pulumi-nodejs:dynamic/integratedb:Relay": {
    username: "integratedb_relay",
    url: "postgresql://integratedb_relay:relay-password@db.internal:5432/shop",
    relayKey: relayKey.privateKey,
  },
  "pulumi-nodejs:dynamic/integratedb:Claim": { columns: { "public.orders.id": {} } },
};

/** Outputs that AWS would add. */
function ofAws(type: string, name: string): object {
  const arns: Record<string, string> = {
    "aws:secretsmanager/secret:Secret": `secretsmanager:eu-west-1:123456789012:secret:${name}`,
    "aws:cloudwatch/logGroup:LogGroup": `logs:eu-west-1:123456789012:log-group:${name}`,
    "aws:iam/role:Role": `iam::123456789012:role/${name}`,
    "aws:ecs/cluster:Cluster": `ecs:eu-west-1:123456789012:cluster/${name}`,
    "aws:sns/topic:Topic": `sns:eu-west-1:123456789012:${name}`,
    "aws:ecs/taskDefinition:TaskDefinition": `ecs:eu-west-1:123456789012:task-definition/${name}:1`,
  };
  const arn = arns[type];
  const versionId = "11111111-2222-3333-4444-555555555555";
  if (type === "aws:secretsmanager/secretVersion:SecretVersion") return { versionId };
  return arn === undefined ? {} : { arn: `arn:aws:${arn}`, name };
}

/** The value of an output, also of a secret one. */
export function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}
