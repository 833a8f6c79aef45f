import { vaultSecretBench } from "./benches.ts";
import { storeContract } from "./store-contract.ts";

storeContract("Vault", vaultSecretBench);
