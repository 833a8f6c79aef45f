/** Claims on a shared Postgres database and notifications of its changes, declared in a Pulumi program. */
export type {
  AnyChannelArgs,
  AwsArgs,
  ChannelArgs,
  ChannelSecret,
  KafkaArgs,
  LoginArgs,
  NatsArgs,
  RabbitMqArgs,
  RedisArgs,
  SnsArgs,
  SocketArgs,
  SqsArgs,
  WebhookArgs,
} from "./channels.ts";
export { Claim, type ClaimArgs, type ClaimedColumn } from "./claim.ts";
export type { ConnectedArgs, ConnectionArgs, TlsArgs } from "./connection.ts";
export { Database, type DatabaseArgs, type PolicyArgs, type PolicyRuleArgs } from "./database.ts";
export { ExistingDatabase } from "./existing-database.ts";
export type {
  ColumnArgs,
  ColumnChoiceArgs,
  FieldArgs,
  MatchArgs,
  TableArgs,
  TableChoiceArgs,
} from "./match.ts";
export { Notification, type NotificationArgs, type NotifiedColumn } from "./notification.ts";
export type { ChangeArgs, ColumnValue, ComparisonArgs, TestArgs } from "./notification-match.ts";
export { type DockerLoggingArgs, DockerRelay, type DockerRelayArgs } from "./relay/docker-relay.ts";
export { EcsRelay } from "./relay/ecs-relay.ts";
export type { EcsRelayArgs, LagAlarmArgs } from "./relay/ecs-relay-args.ts";
export { KubernetesRelay } from "./relay/kubernetes-relay.ts";
export type {
  KubernetesAmounts,
  KubernetesRelayArgs,
  LabelSelector,
  NetworkPeer,
  ServiceMonitorArgs,
} from "./relay/kubernetes-relay-args.ts";
export { Relay, type RelayArgs, type RelayHealthCheck } from "./relay/relay.ts";
export type { RelaySettings } from "./relay/settings.ts";
export {
  type RotationPeriodArgs,
  type ServiceBindingEntry,
  Stakeholder,
  type StakeholderArgs,
} from "./stakeholder.ts";
export { type StakeholdersFromArgs, stakeholdersFrom } from "./stakeholders-from.ts";
export { AwsParameter, type AwsParameterArgs } from "./stores/aws-parameter.ts";
export { type AwsEntryArgs, AwsSecret, type AwsSecretArgs } from "./stores/aws-secret.ts";
export { AzureSecret, type AzureSecretArgs } from "./stores/azure-secret.ts";
export { GoogleSecret, type GoogleSecretArgs } from "./stores/google-secret.ts";
export { KubernetesSecret, type KubernetesSecretArgs } from "./stores/kubernetes-secret.ts";
export type {
  Credentials,
  KeyedLayout,
  LayoutName,
  TextLayout,
  TextsByKey,
} from "./stores/layout.ts";
export { StoredCredentials, type StoredCredentialsArgs } from "./stores/stored-credentials.ts";
export { VaultSecret, type VaultSecretArgs } from "./stores/vault-secret.ts";
export { VaultDatabaseRole, type VaultDatabaseRoleArgs } from "./vault-database-role.ts";
