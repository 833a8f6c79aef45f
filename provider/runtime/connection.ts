export {
  type Connection,
  connectionFromEnvironment,
  describeConnection,
  parseConnection,
} from "./connection-form.ts";
export { toIntegrateDbError } from "./database-errors.ts";
export { closePools, withClient } from "./pool.ts";
export { readOnly, readOnlyQuery, transaction } from "./transaction.ts";
