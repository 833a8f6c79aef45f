import { awsParameter } from "./aws-parameter.ts";
import { awsSecret } from "./aws-secret.ts";
import { azureSecret } from "./azure-secret.ts";
import { googleSecret } from "./google-secret.ts";
import { kubernetesSecret } from "./kubernetes-secret.ts";
import type { SecretStore } from "./secret-store.ts";
import { vaultSecret } from "./vault-secret.ts";

/** The kinds of stores, by the names that state keeps: none is ever renamed. */
export const stores = {
  awsSecret,
  awsParameter,
  vaultSecret,
  kubernetesSecret,
  googleSecret,
  azureSecret,
} as const satisfies Record<string, SecretStore>;

export type StoreName = keyof typeof stores;
