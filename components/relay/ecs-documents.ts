import {
  type ContainerVariable,
  gracePeriod,
  spillFolder,
} from "../../provider/runtime/kubernetes-environment.ts";
import { type RelayEnvironment, relayVariable } from "../../provider/runtime/relay-variables.ts";

/** The most that Fargate waits between SIGTERM and SIGKILL, in seconds. */
const longestStop = 120;

/** What the definition of the relay's container is made of. */
export interface ContainerPlan {
  readonly image: string;
  readonly port: number;
  /** Of the image; exits with 0 while the relay answers. */
  readonly healthCommand: readonly string[];
  readonly plain: RelayEnvironment["plain"];
  /** Names of variables, and of the keys of the secret that hold their values. */
  readonly secretNames: readonly string[];
  readonly secretArn: string;
  /** Of the secret. Another one makes another task definition, and with it new tasks. */
  readonly secretVersion: string;
  readonly logGroup: string;
  readonly logGroupArn: string;
}

/** The container definitions of the relay's task: a list of one. */
export function containerDefinitions(plan: ContainerPlan): readonly object[] {
  const inClear = { ...plan.plain, [relayVariable("SPILL_FOLDER")]: spillFolder };
  const environment: ContainerVariable[] = Object.entries(inClear).map(([name, value]) => ({
    name,
    value,
  }));
  return [
    {
      name: "relay",
      image: plan.image,
      essential: true,
      portMappings: [{ name: "http", containerPort: plan.port, protocol: "tcp" }],
      environment: environment.sort((one, other) => (one.name < other.name ? -1 : 1)),
      secrets: plan.secretNames.toSorted().map((name) => ({
        name,
        valueFrom: `${plan.secretArn}:${name}::${plan.secretVersion}`,
      })),
      readonlyRootFilesystem: true,
      linuxParameters: { capabilities: { drop: ["ALL"] } },
      mountPoints: [{ sourceVolume: "spill", containerPath: spillFolder }],
      stopTimeout: Math.min(gracePeriod(plan.plain), longestStop),
      healthCheck: {
        command: ["CMD", ...plan.healthCommand],
        interval: 10,
        timeout: 5,
        retries: 6,
        startPeriod: 30,
      },
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": plan.logGroup,
          "awslogs-region": placeOf(plan.logGroupArn).region,
          "awslogs-stream-prefix": "relay",
          // A log that cannot be written must not hold up the relay.
          mode: "non-blocking",
          "max-buffer-size": "4m",
        },
      },
    },
  ];
}

/** Lets tasks of this account and region, and nobody else, have a role. */
export function trustPolicy(logGroupArn: string): object {
  const { partition, region, account } = placeOf(logGroupArn);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": account },
          ArnLike: { "aws:SourceArn": `arn:${partition}:ecs:${region}:${account}:*` },
        },
      },
    ],
  };
}

/**
 * What starting a task needs: its secret, its log, and its image where that is in a registry of AWS.
 */
export function executionPolicy(secretArn: string, logGroupArn: string, image: string): object {
  const statements = [
    { Action: ["secretsmanager:GetSecretValue"], Resource: [secretArn] },
    { Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: [`${logGroupArn}:*`] },
    ...pullStatements(image, placeOf(logGroupArn).partition),
  ];
  return {
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  };
}

function pullStatements(image: string, partition: string) {
  const registry = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/;
  const [, account, region, repository] = registry.exec(image) ?? [];
  if (repository === undefined) return [];
  return [
    // AWS knows no narrower resource for it.
    { Action: ["ecr:GetAuthorizationToken"], Resource: ["*"] },
    {
      Action: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
      ],
      Resource: [`arn:${partition}:ecr:${region}:${account}:repository/${repository}`],
    },
  ];
}

function placeOf(arn: string) {
  const [, partition = "", , region = "", account = ""] = arn.split(":");
  return { partition, region, account };
}
