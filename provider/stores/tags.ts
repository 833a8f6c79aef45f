/** Tags, labels or metadata of an entry. */
export type Tags = Readonly<Record<string, string>>;

/** What has to be done to the tags of an entry; those that nobody here stated are left alone. */
export interface TagChange {
  readonly set: Tags;
  readonly remove: readonly string[];
}

/**
 * @param before the tags that were stated when the entry was last written
 */
export function tagChange(found: Tags, stated: Tags = {}, before: Tags = {}): TagChange {
  const set = Object.entries(stated).filter(([key, value]) => found[key] !== value);
  const remove = Object.keys(before).filter((key) => !(key in stated) && key in found);
  return { set: Object.fromEntries(set), remove };
}

/** The tags after a change, for stores that take all of them at once. */
export function changedTags(found: Tags, stated?: Tags, before?: Tags): Record<string, string> {
  const { remove } = tagChange(found, stated, before);
  const kept = Object.entries(found).filter(([key]) => !remove.includes(key));
  return { ...Object.fromEntries(kept), ...stated };
}

/** @param noun what the store calls one of them */
export function tagDifferences(noun: string, found: Tags, stated: Tags = {}): string[] {
  return Object.keys(tagChange(found, stated).set).map((key) =>
    key in found ? `the ${noun} ${key} was changed` : `the ${noun} ${key} was removed`,
  );
}

/** The difference in a setting that is stated; one that is not may be anything. */
export function settingDifference(what: string, found?: string, stated?: string): string[] {
  return stated === undefined || stated === (found ?? "") ? [] : [`${what} was changed`];
}
