import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { motoSupply } from "./moto.ts";
import { ServerMissing, supplied } from "./supply.ts";

const script = fileURLToPath(new URL("check-aws-documents.py", import.meta.url));

/** The parameters of a call of a service of AWS. */
export interface AwsCall {
  readonly service: string;
  readonly operation: string;
  readonly parameters: unknown;
}

export interface AwsDocuments {
  readonly calls: readonly AwsCall[];
  /** Resources of a template of CloudFormation. */
  readonly resources: Readonly<Record<string, object>>;
}

/** Judges documents by what AWS publishes of its services. */
export interface AwsJudge {
  /** What is wrong with them, in words. */
  problems(documents: AwsDocuments): Promise<string[]>;
  stop(): Promise<void>;
}

/** With the Python environment of moto, which has botocore and cfn-lint. */
export async function awsJudge(): Promise<AwsJudge> {
  const python = await supplied(motoSupply);
  if (python === "container") {
    throw new ServerMissing(motoSupply.name, "only in a container", motoSupply.hint);
  }
  return {
    problems: ({ calls, resources }) => {
      const template = { AWSTemplateFormatVersion: "2010-09-09", Resources: resources };
      return answerOf(python, { calls, template });
    },
    stop: async () => undefined,
  };
}

async function answerOf(python: string, documents: object): Promise<string[]> {
  // A region, which the tools ask for, and none of this machine's own settings.
  const env = { PATH: process.env["PATH"], AWS_DEFAULT_REGION: "eu-west-1" };
  const child = spawn(python, [script], { env, stdio: ["pipe", "pipe", "pipe"] });
  const [output, complaint] = [text(child.stdout), text(child.stderr)];
  child.stdin.end(JSON.stringify(documents));
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`python ended with ${code}: ${await complaint}`);
  return JSON.parse(await output) as string[];
}
