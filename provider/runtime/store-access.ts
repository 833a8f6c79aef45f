import { stores } from "../stores/index.ts";
import type { Content, OpenEntry, SecretStore } from "../stores/secret-store.ts";
import type { EntryInputs } from "./store-entry-form.ts";
import { entryError, storeError } from "./store-errors.ts";

/** Seconds that an operation on an entry may take, with all that an SDK tries again. */
const defaultTimeout = 30;

/**
 * Works on an entry, for so long as the time-out of the entry lasts.
 *
 * @param content what no error may repeat
 * @throws IntegrateDbError IDB1501 to IDB1508, which names the store and the entry
 */
export async function working<T>(
  entry: EntryInputs,
  content: Content | undefined,
  work: (entry: OpenEntry<object>) => Promise<T>,
): Promise<T> {
  const { name, settings, timeoutSeconds = defaultTimeout } = entry;
  const store: SecretStore = stores[entry.store];
  const signal = AbortSignal.timeout(timeoutSeconds * 1_000);
  const attempt = async () => work(await store.open(name, store.settings.parse(settings), signal));
  try {
    return await Promise.race([attempt(), outOfTime(signal)]);
  } catch (error) {
    if (!signal.aborted) throw storeError(entry, error, store.explain(error), content);
    const problem = `the store has not answered within ${timeoutSeconds} seconds.`;
    throw entryError("IDB1504", entry, problem);
  }
}

/** Not every SDK minds the signal everywhere. */
function outOfTime(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
