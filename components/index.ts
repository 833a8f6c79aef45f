/** Claims on a shared Postgres database, declared in a Pulumi program. */
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
export { type ServiceBindingEntry, Stakeholder, type StakeholderArgs } from "./stakeholder.ts";
export { type StakeholdersFromArgs, stakeholdersFrom } from "./stakeholders-from.ts";
