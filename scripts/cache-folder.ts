import { homedir } from "node:os";
import { join } from "node:path";

/** The folder for what is worth keeping once a machine, after the habits of each system. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = process.env;
  if (xdg) return join(xdg, "integratedb");
  if (process.platform === "win32" && local) return join(local, "integratedb", "Cache");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "integratedb");
  return join(homedir(), ".cache", "integratedb");
}
