import { kubernetesSecretBench } from "./benches.ts";
import { storeContract } from "./store-contract.ts";

storeContract("Kubernetes", kubernetesSecretBench);
