import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  LocalWorkspace,
  type PreviewOptions,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import { pulumiEnvironment } from "../../scripts/pulumi-environment.ts";
import type { PackedProject } from "./packed-project.ts";

/** What an operation printed, and whether it succeeded. */
export interface Outcome {
  readonly ok: boolean;
  /** Everything that a user would see. */
  readonly output: string;
  /** How many resources were created, updated, deleted, left the same. */
  readonly changes: Readonly<Record<string, number>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A resource in the exported state of a stack. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly deletedWith?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

/** A stack whose program can change between operations, run by the real engine. */
export interface TestStack {
  program: PulumiFn;
  preview(options?: PreviewOptions): Promise<Outcome>;
  /** @param options `refresh`: after a refresh, in the same operation */
  up(options?: { readonly refresh: boolean }): Promise<Outcome>;
  refresh(): Promise<Outcome>;
  destroy(): Promise<Outcome>;
  /** Takes away what an operation left that was killed: the lock of the stack. */
  cancel(): Promise<void>;
  /** State as text, with secrets encrypted as they are at rest. */
  exportText(): Promise<string>;
  /** State with its secrets in the clear. */
  deployment(): Promise<unknown>;
  resources(): Promise<StateResource[]>;
  importState(deployment: unknown): Promise<void>;
}

/**
 * Makes a stack in a project, with its state in a file of that project.
 *
 * @param environment what the resources of the program find in their environment
 */
export async function testStack(
  project: PackedProject,
  name: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<TestStack> {
  const state = join(project.folder, "state");
  await mkdir(state, { recursive: true });
  const backend = `file://${state}`;
  const result: { program: PulumiFn } = { program: async () => undefined };
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: name, projectName: "shop", program: () => result.program() },
    {
      workDir: project.folder,
      envVars: {
        ...(await pulumiEnvironment()),
        ...environment,
        PULUMI_BACKEND_URL: backend,
        PULUMI_CONFIG_PASSPHRASE: "passphrase",
      },
      projectSettings: { name: "shop", runtime: { name: "nodejs" }, backend: { url: backend } },
    },
  );
  return Object.assign(result, operations(stack));
}

function operations(stack: Stack): Omit<TestStack, "program"> {
  return {
    preview: (options) =>
      outcome(async () => {
        const { stdout, stderr, changeSummary } = await stack.preview({ diff: true, ...options });
        return { stdout, stderr, changes: changeSummary };
      }),
    up: (options) =>
      outcome(async () => {
        const { stdout, stderr, summary, outputs } = await stack.up(options);
        return { stdout, stderr, changes: summary.resourceChanges, outputs };
      }),
    refresh: () =>
      outcome(async () => {
        const { stdout, stderr, summary } = await stack.refresh();
        return { stdout, stderr, changes: summary.resourceChanges };
      }),
    destroy: () =>
      outcome(async () => {
        const { stdout, stderr, summary } = await stack.destroy();
        return { stdout, stderr, changes: summary.resourceChanges };
      }),
    cancel: () => stack.cancel(),
    exportText: async () => {
      const { workDir, envVars } = stack.workspace;
      const options = { cwd: workDir, env: envVars, maxBuffer: 2 ** 26 };
      const args = ["stack", "export", "--stack", stack.name];
      return (await promisify(execFile)("pulumi", args, options)).stdout;
    },
    deployment: async () => (await stack.exportStack()).deployment,
    resources: async () => (await stack.exportStack()).deployment.resources ?? [],
    importState: (deployment) => stack.importStack({ version: 3, deployment }),
  };
}

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly changes?: Readonly<Record<string, number>> | undefined;
  readonly outputs?: Readonly<Record<string, { readonly value: unknown }>>;
}

async function outcome(operation: () => Promise<Run>): Promise<Outcome> {
  try {
    const { stdout, stderr, changes, outputs } = await operation();
    const values = Object.entries(outputs ?? {}).map(([name, { value }]) => [name, value]);
    return {
      ok: true,
      output: `${stdout}\n${stderr}`,
      changes: changes ?? {},
      outputs: Object.fromEntries(values),
    };
  } catch (error) {
    if (!(error instanceof Error) || !("commandResult" in error)) throw error;
    const { stdout, stderr } = error.commandResult as { stdout: string; stderr: string };
    return { ok: false, output: `${stdout}\n${stderr}`, changes: {}, outputs: {} };
  }
}
