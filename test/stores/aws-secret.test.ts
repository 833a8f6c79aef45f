import { awsSecretBench } from "./benches.ts";
import { storeContract } from "./store-contract.ts";

storeContract("AWS Secrets Manager (moto)", awsSecretBench);
