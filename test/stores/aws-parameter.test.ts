import { expect, test } from "vitest";
import { storeEntry } from "../../provider/runtime/v1/index.ts";
import { awsParameterBench } from "./benches.ts";
import { storeContract } from "./store-contract.ts";

storeContract("AWS SSM Parameter Store (moto)", awsParameterBench, (bench) => {
  test("a parameter of the tier Advanced holds more, with a description and a key", async () => {
    const content = "x".repeat(5_000);
    const settings = {
      ...bench().settings,
      tier: "Advanced",
      description: "of the reporter",
      kmsKeyId: "alias/aws/ssm",
    };
    const entry = { store: "awsParameter", name: "/large", settings, content } as const;
    const { inputs, failures = [] } = await storeEntry.check({}, entry);
    expect(failures).toEqual([]);
    const { outs } = await storeEntry.create(inputs);
    expect(await bench().read("/large")).toBe(content);
    const { props } = await storeEntry.read("id", outs);
    expect(props).not.toHaveProperty("drift");
  });
});
