import { createRequire } from "node:module";
import type { dynamic } from "@pulumi/pulumi";
import { z } from "zod";
import { type StoreName, stores } from "../stores/index.ts";
import type { Content, SecretStore } from "../stores/secret-store.ts";
import { failureOf, formFailures } from "./check-failures.ts";
import { canonicalText } from "./content-digest.ts";
import { entryError, packageMissing } from "./store-errors.ts";

/** What an entry is given beside its content. */
export const entryForm = z.object({
  store: z.enum(Object.keys(stores) as [StoreName, ...StoreName[]]),
  name: z.string().min(1),
  settings: z.looseObject({}),
  adopt: z.boolean().optional(),
  timeoutSeconds: z.number().positive().max(600).optional(),
});

export type EntryInputs = z.output<typeof entryForm>;

type Failures = { readonly failures: dynamic.CheckFailure[] };

/** The settings of an entry, if its store, name and settings are such that it can be written. */
export function settingsOf(entry: EntryInputs): { settings: object } | Failures {
  const store: SecretStore = stores[entry.store];
  const missing = store.packages.find((each) => !isInstalled(each));
  if (missing !== undefined) return { failures: [failureOf(packageMissing(entry, missing))] };
  const problem = store.nameProblem(entry.name);
  if (problem !== undefined) {
    const error = entryError("IDB1505", entry, `the name ${problem}.`);
    return { failures: [{ property: "name", reason: error.message }] };
  }
  const parsed = store.settings.safeParse(entry.settings);
  return parsed.success ? { settings: parsed.data } : { failures: formFailures(parsed.error) };
}

const text = z.string().min(1);
const texts = z.record(
  z.string().regex(/^[\w.-]+$/),
  z.union([z.string(), z.number().transform(String)]),
);

/** The content of an entry, if its store can hold it. No failure shows any of it. */
export function contentOf(
  entry: EntryInputs,
  settings: object,
  content: unknown,
): { content: Content } | Failures {
  const store: SecretStore = stores[entry.store];
  const parsed = (store.takes === "text" ? text : texts).safeParse(content);
  if (!parsed.success) {
    const wanted =
      store.takes === "text"
        ? "a text that is not empty"
        : "texts or numbers by key, and keys of A-Z a-z 0-9 _ . -";
    const error = entryError("IDB1510", entry, `the layout must make ${wanted}.`);
    return { failures: [failureOf(error)] };
  }
  const [bytes, most] = [Buffer.byteLength(canonicalText(parsed.data)), store.maxBytes(settings)];
  if (bytes <= most) return { content: parsed.data };
  const error = entryError(
    "IDB1506",
    entry,
    `${bytes} bytes are more than the ${most} that it can hold.`,
  );
  return { failures: [failureOf(error)] };
}

const require = createRequire(import.meta.url);

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
