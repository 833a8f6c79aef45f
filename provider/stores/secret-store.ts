import type { z } from "zod";

/** What an entry holds: one text, or texts by key. */
export type Content = string | Readonly<Record<string, string>>;

/** An entry as it is in its store. */
export interface FoundEntry extends WrittenEntry {
  /** Undefined where the entry is there but holds nothing. */
  readonly content: Content | undefined;
  /** Until when it can be recovered, as words, where it is deleted: `until 2026-12-24`. */
  readonly recoverable?: string | undefined;
  /** How it differs from the settings that are stated, in sentences without a full stop. */
  readonly differences: readonly string[];
}

/** What a store says of an entry that it has just written. */
export interface WrittenEntry {
  /** The store's own name of the entry, for instance an ARN. */
  readonly reference: string;
  /** The store's own name of the content that is current. */
  readonly version: string;
}

/** One entry of a store to which a way is open. */
export interface OpenEntry<Settings> {
  /** The entry, deleted ones that can be recovered included; undefined where there is none. */
  read(): Promise<FoundEntry | undefined>;
  /** Makes the entry, of which `read` has found none. */
  create(content: Content): Promise<WrittenEntry>;
  /**
   * Recovers the entry if it is deleted, and gives it its settings and its content.
   *
   * @param content undefined if it is to stay as it is
   * @param before settings that the entry had when it was last written
   */
  update(
    found: FoundEntry,
    content: Content | undefined,
    before: Settings | undefined,
  ): Promise<WrittenEntry>;
  /** Deletes the entry, by the rules of the store. */
  delete(found: FoundEntry): Promise<void>;
}

/** How the failure of a store is told. */
export type Trouble = "credentials" | "rights" | "unreachable" | "refused";

/** What an adapter knows of an error of its store, beyond what all have in common. */
export interface Explanation {
  readonly trouble?: Trouble | undefined;
  /** What the store says. */
  readonly says?: string | undefined;
}

/** A kind of store. Everything that all of them have in common is outside of it. */
export interface SecretStore<Settings extends object = object> {
  /** As people call it. */
  readonly title: string;
  /** Packages of npm that are loaded when the store is used. */
  readonly packages: readonly string[];
  readonly settings: z.ZodType<Settings>;
  /** Settings that tell one entry from another, as its name does. */
  readonly place: readonly string[];
  /** Settings that an entry has for life: changing one deletes it and makes it anew. */
  readonly lasting: readonly string[];
  readonly takes: "text" | "texts by key";
  /** The largest content, in bytes of UTF-8. */
  maxBytes(settings: Settings): number;
  /** What the store does not allow about a name. */
  nameProblem(name: string): string | undefined;
  /** @param signal ends what is under way, where the SDK can */
  open(name: string, settings: Settings, signal: AbortSignal): Promise<OpenEntry<Settings>>;
  explain(error: unknown): Explanation;
}
