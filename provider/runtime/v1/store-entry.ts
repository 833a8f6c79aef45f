import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { stores } from "../../stores/index.ts";
import type { Content, FoundEntry, WrittenEntry } from "../../stores/secret-store.ts";
import { atBoundary } from "../boundary.ts";
import { formFailures } from "../check-failures.ts";
import { isDigestOf } from "../content-digest.ts";
import { handedOver, handOver } from "../content-handover.ts";
import { type Delivery, delivering, forgetDelivery } from "../delivery.ts";
import { drifted } from "../drift.ts";
import { hasChanged, inputsOf } from "../input-change.ts";
import { working } from "../store-access.ts";
import { contentOf, type EntryInputs, entryForm, settingsOf } from "../store-entry-form.ts";
import { entryError } from "../store-errors.ts";
import { hasUnknown, unknownValue } from "../unknown.ts";

const inputNames = [
  "store",
  "name",
  "settings",
  "digest",
  "delivery",
  "adopt",
  "timeoutSeconds",
] as const;

/** Properties of an entry in state. There is no content among them. */
interface StoreEntry extends EntryInputs {
  /** Of the content, as `digestOf` answers. Added by `check`. */
  readonly digest: string;
  readonly delivery?: Delivery | undefined;
  readonly reference?: string | undefined;
  readonly version?: string | undefined;
  readonly drift?: readonly string[];
}

/** What a program gives: `check` takes the content away and puts its digest in that place. */
interface Inputs extends EntryInputs {
  readonly content?: unknown;
  readonly delivery?: unknown;
}

/** An entry of a secret store that holds the credentials of a stakeholder. */
export const storeEntry = atBoundary({
  async check(
    olds: { digest?: unknown },
    { content, ...news }: Inputs,
  ): Promise<dynamic.CheckResult> {
    const unchecked = { ...news, digest: unknownValue };
    const { delivery: _, ...stated } = news;
    if (hasUnknown(stated)) return { inputs: unchecked };
    const parsed = entryForm.safeParse(stated);
    if (!parsed.success) return { inputs: news, failures: formFailures(parsed.error) };
    const known = settingsOf(parsed.data);
    if ("failures" in known) return { inputs: news, failures: known.failures };
    if (hasUnknown(content)) return { inputs: unchecked };
    const fit = contentOf(parsed.data, known.settings, content);
    if ("failures" in fit) return { inputs: news, failures: fit.failures };
    return { inputs: { ...news, digest: await handOver(fit.content, olds?.digest) } };
  },

  async diff(_id: string, olds: StoreEntry, news: StoreEntry): Promise<dynamic.DiffResult> {
    const { place, lasting } = stores[news.store] ?? { place: [], lasting: [] };
    const differs = (name: string) => !isDeepStrictEqual(olds.settings[name], news.settings[name]);
    const moved = [
      ...(["store", "name"] as const).filter((each) => olds[each] !== news[each]),
      ...(olds.store === news.store && place.some(differs) ? ["settings"] : []),
    ];
    const made = olds.store === news.store && lasting.some(differs);
    return {
      changes: hasChanged({ ...olds }, { ...news }, inputNames),
      replaces: made && moved.length === 0 ? ["settings"] : moved,
      deleteBeforeReplace: made && moved.length === 0,
    };
  },

  async create(inputs: StoreEntry): Promise<dynamic.CreateResult> {
    const content = contentFor(inputs);
    const written = await delivering(inputs, undefined, () =>
      working(inputs, content, async (entry) => {
        const found = await entry.read();
        if (found === undefined) return entry.create(content);
        await refuseTakeover(inputs, found, inputs.digest);
        return entry.update(found, content, undefined);
      }),
    );
    return { id: `${inputs.store}/${written.reference}`, outs: outsOf(inputs, written) };
  },

  async update(_id: string, olds: StoreEntry, news: StoreEntry): Promise<dynamic.UpdateResult> {
    const content = contentFor(news);
    const written = await delivering(news, olds, () =>
      working(news, content, async (entry) => {
        const found = await entry.read();
        if (found === undefined) return entry.create(content);
        // Another way to the store may lead to another store.
        const sameWay =
          isDeepStrictEqual(olds.settings, news.settings) || olds.reference === found.reference;
        if (!sameWay) await refuseTakeover(news, found, olds.digest);
        const asWanted = !found.recoverable && (await isSame(found, news.digest));
        return entry.update(found, asWanted ? undefined : content, olds.settings);
      }),
    );
    return { outs: outsOf(news, written) };
  },

  /** Looks at the entry; one that is gone for good has a blank id. */
  async read(id: string, props: StoreEntry): Promise<dynamic.ReadResult> {
    const { drift: _, ...known } = props;
    const found = await working(props, undefined, (entry) => entry.read());
    if (found === undefined) return { id: "" };
    const now = { ...known, ...drifted(await driftOf(found, props)) };
    return { id, props: now, inputs: inputsOf(now, [...inputNames, "drift"]) };
  },

  async delete(_id: string, props: StoreEntry): Promise<void> {
    await working(props, undefined, async (entry) => {
      const found = await entry.read();
      if (found !== undefined) await entry.delete(found);
    });
    await forgetDelivery(props);
  },
});

function outsOf(inputs: StoreEntry, { reference, version }: WrittenEntry): StoreEntry {
  return { ...inputs, reference, version };
}

/** The content whose digest `check` has answered in this process. */
function contentFor(inputs: StoreEntry): Content {
  const content = handedOver(inputs.digest);
  if (content !== undefined) return content;
  const problem = "what it is to hold is not known any more.";
  throw entryError("IDB1509", inputs, problem);
}

async function isSame({ content }: FoundEntry, digest: string): Promise<boolean> {
  return content !== undefined && (await isDigestOf(digest, content));
}

/**
 * An entry that holds nothing, or what it is to hold, is no conflict: an earlier attempt may have
 * come so far unnoticed.
 */
async function refuseTakeover(
  inputs: StoreEntry,
  found: FoundEntry,
  digest: string,
): Promise<void> {
  const { content, recoverable } = found;
  const isOurs =
    recoverable === undefined && (content === undefined || (await isSame(found, digest)));
  if (inputs.adopt || isOurs) return;
  if (recoverable === undefined) {
    throw entryError("IDB1507", inputs, "it is there already, with other content.");
  }
  const remedy =
    "Set `adopt: true` to recover it and replace its content, choose another name, or wait until it is gone.";
  throw entryError("IDB1507", inputs, `it is deleted, and kept ${recoverable}.`, remedy);
}

async function driftOf(found: FoundEntry, { digest, version }: StoreEntry): Promise<string[]> {
  if (found.recoverable !== undefined)
    return [`the entry was deleted, and is kept ${found.recoverable}`];
  const content = (await isSame(found, digest))
    ? []
    : [`the content was changed (version ${found.version}, not ${version})`];
  return [...content, ...found.differences];
}
