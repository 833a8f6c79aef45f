import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import { storeEntry } from "../../provider/runtime/v1/index.ts";
import { awsSecretBench } from "./benches.ts";
import { storeContract } from "./store-contract.ts";

storeContract("AWS Secrets Manager (moto)", awsSecretBench, (bench) => {
  test("description and key of a secret are set, seen when they change, and repaired", async () => {
    const stated = { description: "of the reporter", kmsKeyId: "alias/reporting" };
    const settings = { ...bench().settings, ...stated };
    const entry = { store: "awsSecret", name: "described", settings, content: "x" } as const;
    const { inputs } = await storeEntry.check({}, entry);
    const { outs } = await storeEntry.create(inputs);
    const client = new SecretsManager({ endpoint: String(settings["endpoint" as never]) });
    const described = () => client.describeSecret({ SecretId: "described" });
    expect(await described()).toMatchObject({
      Description: "of the reporter",
      KmsKeyId: "alias/reporting",
    });
    const { props: clean } = await storeEntry.read("id", outs);
    expect(clean).not.toHaveProperty("drift");
    await client.updateSecret({ SecretId: "described", Description: "other", KmsKeyId: "alias/b" });
    const { props } = await storeEntry.read("id", outs);
    expect(props.drift).toEqual(["the description was changed", "the KMS key was changed"]);
    await storeEntry.update("id", props, inputs);
    expect(await described()).toMatchObject({
      Description: "of the reporter",
      KmsKeyId: "alias/reporting",
    });
  });
});
