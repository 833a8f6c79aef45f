import type { Content } from "../stores/secret-store.ts";
import { digestOf, isDigestOf } from "./content-digest.ts";

/**
 * Contents by their digests, for this process alone. What `check` answers is kept in state, so it
 * answers the digest; `create` and `update`, which Pulumi calls in the same process afterwards with
 * that answer, find the content here. No other place ever holds it.
 */
const handed = new Map<string, Content>();

/**
 * Keeps a content for the methods that write it.
 *
 * @param known a digest that may be the one of this content, and then stays
 * @returns the digest of the content
 */
export async function handOver(content: Content, known?: unknown): Promise<string> {
  const digest = (await isDigestOf(known, content)) ? String(known) : await digestOf(content);
  handed.set(digest, content);
  return digest;
}

/** The content with this digest, if this process has checked it. */
export function handedOver(digest: string): Content | undefined {
  return handed.get(digest);
}
