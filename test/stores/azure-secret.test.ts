import { azureSecretBench } from "./benches.ts";
import { storeContract } from "./store-contract.ts";

storeContract("Azure Key Vault (its SDK, with a stand-in for the service)", azureSecretBench);
