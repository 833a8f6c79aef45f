import { readRelayKey } from "../../relay/registry/relay-key.ts";
import { unseal } from "../../relay/registry/unseal.ts";

/** What the relay, with its private key, reads in a sealed secret. */
export function unsealed(sealed: string | undefined, privateKey: string): string {
  return unseal(sealed ?? "", readRelayKey(privateKey));
}
