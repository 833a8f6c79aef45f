import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const runtime = new URL("../../provider/runtime/v1/index.ts", import.meta.url).href;

/** Of a process in which nobody has logged in anywhere. */
const environment = {
  PATH: process.env["PATH"],
  HOME: "/nonexistent",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_REGION: "eu-central-1",
  METADATA_SERVER_DETECTION: "none",
  AZURE_TOKEN_CREDENTIALS: "AzureCliCredential",
  KUBECONFIG: "/nonexistent/config",
};

test.concurrent.each([
  ["AWS Secrets Manager", "awsSecret", {}],
  ["Vault", "vaultSecret", { mount: "secret", address: "http://127.0.0.1:9" }],
  ["Google Secret Manager", "googleSecret", { project: "none" }],
] as const)(
  "%s says that nobody has logged in, without a stack trace",
  async (title, store, settings) => {
    const entry = { store, name: "reporter", settings, digest: "" };
    const program = `const { storeEntry } = await import(${JSON.stringify(runtime)});
      await storeEntry.read("id", ${JSON.stringify(entry)}).catch(({ message }) => console.log(message));`;
    const args = ["--input-type=module", "-e", program];
    const { stdout, stderr } = await promisify(execFile)("node", args, { env: environment });
    expect(stdout).toContain(
      `IDB1502 ${title}, entry reporter: the store takes no such credentials.`,
    );
    expect(`${stdout}${stderr}`).not.toMatch(/\n\s+at /);
  },
);
