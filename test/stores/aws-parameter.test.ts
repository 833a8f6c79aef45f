import { awsParameterBench } from "./benches.ts";
import { storeContract } from "./store-contract.ts";

storeContract("AWS SSM Parameter Store (moto)", awsParameterBench);
