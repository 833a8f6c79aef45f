export { type ErrorCode, errors, IntegrateDbError } from "./errors.ts";
export {
  type ClaimPreview,
  type ClaimProblem,
  expandBeforeInstall,
  expansionQuery,
} from "./expansion.ts";
export {
  type InstallOptions,
  type InstallResult,
  install,
  installInTransaction,
} from "./install.ts";
export { requireServerVersion } from "./preconditions.ts";
export { compareVersions, type EngineStatus, engineStatus, type Queryable } from "./status.ts";
export { type UninstallResult, uninstall, uninstallInTransaction } from "./uninstall.ts";
export { engineVersion } from "./version.ts";
