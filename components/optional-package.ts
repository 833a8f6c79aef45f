import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";

const require = createRequire(import.meta.url);

/**
 * A package that only programs install which need it: the engine downloads a plugin for every package
 * of Pulumi that it finds.
 *
 * @param component whose component needs it
 * @throws pulumi.ResourceError IDB1231 with the command that installs it
 */
export function optionalPackage<Package>(name: string, component: pulumi.Resource): Package {
  try {
    return require(name) as Package;
  } catch (error) {
    if (!isMissing(error, name)) throw error;
    const type = component.constructor.name;
    const problem = `IDB1231 ${type} needs the package ${name}, which is not installed. Run: npm install ${name}`;
    throw new pulumi.ResourceError(problem, component, true);
  }
}

/** Not one that the package itself misses. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "MODULE_NOT_FOUND" && message.includes(`'${name}'`);
}
