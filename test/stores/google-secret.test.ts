import { googleSecretBench } from "./benches.ts";
import { storeContract } from "./store-contract.ts";

storeContract(
  "Google Secret Manager (its SDK, with a stand-in for the service)",
  googleSecretBench,
);
