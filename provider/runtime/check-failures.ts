import type { dynamic } from "@pulumi/pulumi";
import type { z } from "zod";
import type { IntegrateDbError } from "../../sql/errors.ts";

type Path = readonly PropertyKey[];

/** Writes the place of a value as Pulumi does: `match[0].fields[1].name`. */
export function propertyPath(path: Path): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "");
}

/** One problem with the form of a value, and where in the value it is. */
export interface FormProblem {
  readonly path: Path;
  readonly problem: string;
  /** The key of the value at `path` that is unknown, if that is the problem. */
  readonly unknownKey?: string;
}

/**
 * The problems that zod found, with those inside a union taken from the alternative that comes
 * closest to the value, so that they name the very property that is wrong.
 */
export function formProblems(error: z.ZodError): FormProblem[] {
  return error.issues.flatMap((issue) => problemsOf(issue));
}

/** The failures of a `check` for what zod found wrong with the inputs. */
export function formFailures(error: z.ZodError): dynamic.CheckFailure[] {
  return formProblems(error).map(formFailure);
}

/** The failure of a `check` for one problem with the form of its inputs. */
export function formFailure({ path, problem }: FormProblem): dynamic.CheckFailure {
  return {
    // Pulumi prints the value beside a failure: a connection's must not be shown.
    property: path[0] === "connection" ? "" : propertyPath(path),
    reason: `IDB1201 ${propertyPath(path) || "the resource"}: ${problem}`,
  };
}

/** The failure of a `check` for an error that has no property, for instance of connecting. */
export function failureOf(error: IntegrateDbError): dynamic.CheckFailure {
  return { property: "", reason: error.message };
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue, above: Path = []): FormProblem[] {
  const path = [...above, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((unknownKey) => ({
      path,
      problem: `unknown key "${unknownKey}"`,
      unknownKey,
    }));
  }
  if (issue.code !== "invalid_union" || issue.errors.length === 0) {
    return [{ path, problem: lowerFirst(issue.message) }];
  }
  const alternatives = issue.errors.flatMap(alternativesIn);
  const [closest = []] = alternatives.toSorted((one, other) => distance(one) - distance(other));
  const ofKind = closest.some(({ path: inside, code }) => inside.length > 0 || isAboutKeys(code));
  if (ofKind) return closest.flatMap((inner) => problemsOf(inner, path));
  const kinds = alternatives.map((inner) => inner.map(({ message }) => lowerFirst(message)));
  return [{ path, problem: [...new Set(kinds.flat())].join(", or ") }];
}

/** The alternatives of a union that is itself one of a union count as its own. */
function alternativesIn(issues: Issue[]): Issue[][] {
  const [only, ...others] = issues;
  const isUnion = only?.code === "invalid_union" && only.path.length === 0 && others.length === 0;
  return isUnion && only.errors.length > 0 ? only.errors.flatMap(alternativesIn) : [issues];
}

/** An alternative of the wrong kind of value is furthest; then the number of problems decides. */
function distance(issues: readonly Issue[]): number {
  const wrongKind = issues.some(({ path, code }) => path.length === 0 && !isAboutKeys(code));
  return issues.length + (wrongKind ? 1_000 : 0);
}

function isAboutKeys(code: Issue["code"]): boolean {
  return code === "unrecognized_keys";
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
