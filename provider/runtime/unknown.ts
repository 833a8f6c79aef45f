/**
 * What stands in for a value that is not known before the resources that it comes from exist. It
 * is part of Pulumi's protocol (`unknownValue` in sdk/nodejs/runtime/rpc.ts) and can stand in any
 * place of an input, also where an array or an object is expected.
 */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Deeper than any input of these resources; what lies deeper is refused for its form. */
const maxDepth = 32;

/** Whether a value is unknown in any of its parts. */
export function hasUnknown(value: unknown, depth = 0): boolean {
  if (value === unknownValue) return true;
  if (typeof value !== "object" || value === null || depth === maxDepth) return false;
  return Object.values(value).some((part) => hasUnknown(part, depth + 1));
}
