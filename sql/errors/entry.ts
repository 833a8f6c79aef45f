/** One row of the registry: what a code means, and what its reader can do about it. */
export interface ErrorEntry {
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
}
