import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { formProblems, propertyPath } from "../provider/runtime/check-failures.ts";

/**
 * Checks an argument of a component: at once if its value is there, else as soon as it is known, which
 * for most is in preview.
 *
 * @param property its name, or none for an object of several arguments
 * @throws pulumi.ResourceError IDB1201 that names what is wrong
 */
export function checkedInput<Value>(
  component: pulumi.Resource,
  property: string,
  form: z.ZodType<Value>,
  value: pulumi.Input<unknown>,
): pulumi.Output<Value> {
  const check = (given: unknown): Value => {
    const parsed = form.safeParse(given);
    if (parsed.success) return parsed.data;
    const problems = formProblems(parsed.error).map(
      ({ path, problem }) =>
        `${propertyPath(property === "" ? path : [property, ...path])}: ${problem}`,
    );
    throw new pulumi.ResourceError(`IDB1201 ${problems.join("; ")}.`, component, true);
  };
  const checked = isKnownLater(value)
    ? pulumi.output<object>(value as object).apply((given) => check(given))
    : pulumi.output(check(value));
  return checked as pulumi.Output<Value>;
}

function isKnownLater(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return true;
  return Object.values(value).some(isKnownLater);
}
