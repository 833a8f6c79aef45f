/**
 * The code behind the dynamic resources. State of every release calls this path and these names,
 * with the inputs and outputs of that release: they are never removed, nor do they change meaning.
 */
export { claim } from "./claim.ts";
export { database } from "./database.ts";
export { dockerRelay } from "./docker-relay.ts";
export { kubernetesPreflight } from "./kubernetes-preflight.ts";
export { notification } from "./notification.ts";
export { relay } from "./relay.ts";
export { stakeholder } from "./stakeholder.ts";
export { storeEntry } from "./store-entry.ts";
export { vaultDatabaseRole } from "./vault-database-role.ts";
