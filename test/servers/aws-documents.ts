import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
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
  // A region, which the tools ask for, and none of this machine's own settings.
  const env = { PATH: process.env["PATH"], AWS_DEFAULT_REGION: "eu-west-1" };
  // One for all questions: it takes seconds to load what it knows.
  const child = spawn(python, [script], { env, stdio: ["pipe", "pipe", "pipe"] });
  const complaint = text(child.stderr);
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = once(child, "exit");
  return {
    async problems({ calls, resources }) {
      const template = { AWSTemplateFormatVersion: "2010-09-09", Resources: resources };
      child.stdin.write(`${JSON.stringify({ calls, template })}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`python ended: ${await complaint}`);
      return JSON.parse(value) as string[];
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
