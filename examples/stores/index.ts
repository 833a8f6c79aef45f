// The credentials of a stakeholder in every store that there is. The pages in docs/stores have one each.
import * as integratedb from "@integratedb/pulumi";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const shop = new integratedb.Database("shop", { connection: config.requireSecret("databaseUrl") });
const reporter = new integratedb.Stakeholder("reporter", { database: shop });
new integratedb.Claim("reporter-orders", {
  stakeholder: reporter,
  match: [{ path: "public.orders", fields: ["id", "status", "total"] }],
});

const secret = new integratedb.AwsSecret("reporter-aws-secret", {
  stakeholder: reporter,
  name: "prod/reporter/database",
  description: "Where the reporter reads orders",
  tags: { team: "reporting" },
  recoveryWindowInDays: 7,
});

export const secretArn = secret.arn;

const parameter = new integratedb.AwsParameter("reporter-aws-parameter", {
  stakeholder: reporter,
  name: "/prod/reporter/database-url",
  layout: "uri",
  tags: { team: "reporting" },
});

export const parameterArn = parameter.arn;

const kv = new integratedb.VaultSecret("reporter-vault", {
  stakeholder: reporter,
  name: "apps/reporter/database",
  mount: "secret",
  metadata: { team: "reporting" },
});

export const kvVersion = kv.version;

const binding = new integratedb.KubernetesSecret("reporter-kubernetes", {
  stakeholder: reporter,
  name: "reporter-database",
  namespace: "default",
  labels: { "app.kubernetes.io/part-of": "reporting" },
});

export const bindingName = binding.reference;

const googleSecret = new integratedb.GoogleSecret("reporter-google", {
  stakeholder: reporter,
  name: "reporter-database-url",
  labels: { team: "reporting" },
  // Where Google is reached by an endpoint of one's own.
  ...(config.get("googleEndpoint") ? { endpoint: config.require("googleEndpoint") } : {}),
});

export const googleVersion = googleSecret.version;

const azureSecret = new integratedb.AzureSecret("reporter-azure", {
  stakeholder: reporter,
  name: "reporter-database-url",
  vaultUrl: config.require("keyVaultUrl"),
  tags: { team: "reporting" },
  // False where the vault is reached by an address of one's own.
  verifyChallenge: config.getBoolean("verifyKeyVault") ?? true,
});

export const azureVersion = azureSecret.version;
