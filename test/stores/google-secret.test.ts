import { expect, test } from "vitest";
import { storeEntry } from "../../provider/runtime/v1/index.ts";
import { useServer } from "../servers/use-server.ts";
import { googleSecretBench } from "./benches.ts";
import { startGoogleStandIn } from "./stand-ins/google.ts";
import { storeContract } from "./store-contract.ts";

storeContract(
  "Google Secret Manager (its SDK, with a stand-in for the service)",
  googleSecretBench,
);

const google = useServer(startGoogleStandIn);

test("a Google secret whose first version failed is filled by the next run", async () => {
  Object.assign(process.env, google().identity("admin"));
  const settings = { endpoint: google().url };
  const entry = { store: "googleSecret", name: "half", settings, content: "the content" } as const;
  const { inputs } = await storeEntry.check({}, entry);
  google().failNextVersion();
  await expect(storeEntry.create(inputs)).rejects.toThrow("IDB1504 Google Secret Manager");
  expect(google().value("half")).toBeUndefined();
  await storeEntry.create(inputs);
  expect(google().value("half")).toBe("the content");
});
