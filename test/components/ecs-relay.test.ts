import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { EcsRelayArgs } from "../../components/index.ts";
import { type AwsCall, awsJudge } from "../servers/aws-documents.ts";
import { useServer } from "../servers/use-server.ts";
import { callsOf, resourcesOf } from "./cloud-formation.ts";
import { connection, integratedb, type Registered, registeredBy, relayKey } from "./mocks.ts";

type Args = Omit<EcsRelayArgs, "database">;

const few = {
  cluster: "arn:aws:ecs:eu-west-1:123456789012:cluster/shop",
  vpcId: "vpc-0123456789abcdef0",
  subnets: ["subnet-0123456789abcdef0", pulumi.output("subnet-0123456789abcdef1")],
} satisfies Args;

const { vpcId: _, ...withoutNetwork } = few;

const many = {
  ...few,
  image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/relay:0.2.0",
  allowFrom: ["10.1.0.0/16", "2001:db8::/32"],
  allowTo: ["10.0.0.0/8"],
  assignPublicIp: true,
  replicas: 3,
  cpu: 1024,
  memory: 4096,
  architecture: "ARM64",
  storageGib: 50,
  logRetentionDays: 90,
  lagAlarm: { bytes: 500_000_000, actions: ["arn:aws:sns:eu-west-1:123456789012:pager"] },
  settings: { port: 9090, drainSeconds: 60, logLevel: "info" },
  environment: { OTEL_EXPORTER_OTLP_HEADERS: pulumi.secret("authorization=token") },
} satisfies Args;

async function registeredWith(args: Args): Promise<Registered[]> {
  return registeredBy(() => {
    const database = new integratedb.Database("shop", { connection });
    new integratedb.EcsRelay("relay", { database, ...args });
  });
}

async function inputsOf(args: Args, kind: string): Promise<Record<string, unknown>> {
  const found = (await registeredWith(args)).find(({ type }) => type.endsWith(`:${kind}`));
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return found.inputs;
}

interface Container {
  readonly environment: { readonly name: string; readonly value: string }[];
  readonly secrets: { readonly name: string; readonly valueFrom: string }[];
  readonly stopTimeout: number;
}

async function containerOf(args: Args): Promise<Container> {
  const { containerDefinitions } = await inputsOf(args, "TaskDefinition");
  const [container] = JSON.parse(String(containerDefinitions)) as Container[];
  if (container === undefined) throw new Error("there is no container");
  return container;
}

async function statementsOf(args: Args): Promise<{ Action: string[]; Resource: string[] }[]> {
  const { policy } = await inputsOf(args, "RolePolicy");
  return JSON.parse(String(policy)).Statement;
}

describe("by what AWS publishes of its services", () => {
  const judge = useServer(awsJudge);

  test("every document is right, with few arguments, with many, and with other ones", async () => {
    const own: Args = { ...withoutNetwork, securityGroups: ["sg-0123abcd"], lagAlarm: false };
    const variants: Record<string, Args> = { few, many, own };
    const resources: Record<string, object> = {};
    const calls: AwsCall[] = [];
    for (const [variant, args] of Object.entries(variants)) {
      const registered = await registeredWith(args);
      calls.push(...callsOf(registered));
      for (const [id, resource] of Object.entries(resourcesOf(registered))) {
        resources[variant + id] = resource;
      }
    }
    expect(calls).toHaveLength(3);
    expect(Object.keys(resources)).toHaveLength(10 + 10 + 7);
    expect(await judge().problems({ calls, resources })).toEqual([]);
  });

  test("documents that are not would be found", async () => {
    const registered = await registeredWith(few);
    const faults = [
      ["readonlyRootFilesystem", "readonlyRootFileSystem", "readonlyRootFileSystem"],
      ["secretsmanager:GetSecretValue", "secretsmanager:ReadSecret", "'readsecret' is not one of"],
      ["GreaterThanThreshold", "Greater", "'Greater' is not one of"],
      ["sts:AssumeRole", "sts:Assume", "'assume' is not one of"],
    ] as const;
    const right = JSON.stringify(registered);
    const spoilt = faults.reduce((text, [from, to]) => text.replaceAll(from, to), right);
    const documents: Registered[] = JSON.parse(spoilt);
    const [calls, resources] = [callsOf(documents), resourcesOf(documents)];
    const problems = (await judge().problems({ calls, resources })).join("\n");
    for (const [, , problem] of faults) expect(problems).toContain(problem);
  });
});

describe("an EcsRelay", () => {
  test("hands secrets over in its secret alone, each by its key and its version", async () => {
    const registered = await registeredWith(many);
    for (const value of ["relay-password", relayKey.privateKey, "authorization=token"]) {
      const holders = registered.filter(
        ({ type, inputs }) => type.startsWith("aws:") && JSON.stringify(inputs).includes(value),
      );
      expect(holders.map(({ name }) => name)).toEqual(["relay-secret-version"]);
      expect(holders.map(({ secretInputs }) => secretInputs)).toEqual([["secretString"]]);
    }
    const { secrets } = await containerOf(many);
    const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:relay-secret";
    expect(secrets).toEqual(
      ["INTEGRATEDB_RELAY_DATABASE_URL", "INTEGRATEDB_RELAY_KEY", "OTEL_EXPORTER_OTLP_HEADERS"].map(
        (name) => ({ name, valueFrom: `${arn}:${name}::11111111-2222-3333-4444-555555555555` }),
      ),
    );
  });

  test("may start with its own secret and log, and do nothing while it runs", async () => {
    expect(await statementsOf(few)).toEqual([
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:relay-secret"],
      },
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: ["arn:aws:logs:eu-west-1:123456789012:log-group:relay-log:*"],
      },
    ]);
    const policies = (await registeredWith(few)).filter(({ type }) => /iam\/.*olicy/.test(type));
    expect(policies.map(({ inputs }) => inputs["role"])).toEqual(["relay-execution-id"]);
  });

  test("may pull its image from a registry of AWS, and no other one", async () => {
    const pulls = (await statementsOf(many)).filter(({ Action }) => /ecr:/.test(String(Action)));
    expect(pulls.flatMap(({ Resource }) => Resource)).toEqual([
      "*",
      "arn:aws:ecr:eu-west-1:123456789012:repository/team/relay",
    ]);
  });

  test("is given the time that it drains, and is replaced before an old one ends", async () => {
    expect((await containerOf(many)).stopTimeout).toBe(80);
    expect(await inputsOf(few, "Service")).toMatchObject({
      desiredCount: 2,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      waitForSteadyState: true,
    });
  });

  test("is let in by nobody and out to everywhere, unless stated", async () => {
    const everywhere = { cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] };
    expect(await inputsOf(few, "SecurityGroup")).toMatchObject({
      ingress: [],
      egress: [everywhere, everywhere],
    });
    expect(await inputsOf(many, "SecurityGroup")).toMatchObject({
      ingress: [{ fromPort: 9090, cidrBlocks: ["10.1.0.0/16"], ipv6CidrBlocks: ["2001:db8::/32"] }],
      egress: [{ cidrBlocks: ["10.0.0.0/8"] }, { cidrBlocks: ["10.0.0.0/8"] }],
    });
  });

  test("alarms when much waits, and when no relay says how much", async () => {
    const { metricTransformation } = await inputsOf(few, "LogMetricFilter");
    const { namespace, name } = metricTransformation as Record<string, string>;
    expect(await inputsOf(few, "MetricAlarm")).toMatchObject({
      namespace,
      metricName: name,
      threshold: 1_073_741_824,
      treatMissingData: "breaching",
    });
  });

  test.each<[string, Partial<Args>, string]>([
    ["no network", { vpcId: undefined } as never, "IDB1201 vpcId: give either `vpcId` or `sec"],
    ["two networks", { securityGroups: ["sg-0"] }, "IDB1201 vpcId: give either"],
    ["a subnet", { subnets: ["subnet_a"] }, "IDB1201 subnets[0]: expected an identifier"],
    ["no subnet", { subnets: [] }, "IDB1201 subnets: expected a subnet at least"],
    ["a cpu", { cpu: 300 }, "IDB1201 cpu: expected 256, 512, 1024, 2048, 4096"],
    ["a memory", { memory: 4096 }, "IDB1201 memory: expected a size that Fargate has"],
    ["storage", { storageGib: 20 }, "IDB1201 storageGib: expected 21 to 200"],
    ["a retention", { logRetentionDays: 31 }, "IDB1201 logRetentionDays: expected 1, 3, 5"],
    ["a long drain", { settings: { drainSeconds: 200 } }, "IDB1201 settings.drainSeconds: expec"],
    ["a range", { allowTo: ["everywhere"] }, "IDB1201 allowTo[0]: expected an address range"],
    ["an alarm", { lagAlarm: { bytes: 0 } }, "IDB1201 lagAlarm.bytes: expected bytes"],
  ])("refuses %s before anything is made", async (_, args, problem) => {
    await registeredBy(() => {
      const database = new integratedb.Database("shop", { connection });
      const declare = () => new integratedb.EcsRelay("relay", { database, ...few, ...args });
      expect(declare).toThrow(problem);
    });
  });
});
