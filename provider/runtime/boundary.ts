import { toIntegrateDbError } from "./connection.ts";

type Method = (...args: never[]) => Promise<unknown>;

/**
 * Gives the methods of a provider the errors that Pulumi can show: it prints the message, and for
 * some methods also the stack, which tells a user nothing and is left out here.
 */
export function atBoundary<T extends Record<string, Method>>(methods: T): T {
  const entries = Object.entries(methods).map(([name, method]) => [name, guarded(method)]);
  return Object.fromEntries(entries) as T;
}

function guarded<M extends Method>(method: M): Method {
  return async (...args) => {
    try {
      return await method(...args);
    } catch (error) {
      throw withoutStack(toIntegrateDbError(error));
    }
  };
}

/** Pulumi prints `${error}: ${error.stack}`, and the message of the answer beside it. */
function withoutStack(error: Error): Error {
  const shown = new Error(error.message);
  shown.name = "IntegrateDB";
  shown.stack = error.message;
  shown.toString = () => shown.name;
  return shown;
}
