import type { Channel, Failure } from "../../../relay/delivery/channel.ts";
import type { ChangeEvent } from "../../../relay/encoding/change-event.ts";

/** One try, without a signal to stop it. */
export function deliver(
  channel: Channel,
  ...batch: readonly ChangeEvent[]
): Promise<readonly Failure[]> {
  return channel.deliver(batch, new AbortController().signal);
}

/** Why a try failed as a whole. */
export async function refusal(channel: Channel, ...batch: readonly ChangeEvent[]): Promise<string> {
  try {
    const failures = await deliver(channel, ...batch);
    return `no error, but ${JSON.stringify(failures)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
