import type { Channel } from "../delivery/channel.ts";

/**
 * A channel whose client is loaded with its first batch: those of some brokers take more memory than
 * all the rest of the relay.
 */
export function lazyChannel(
  { partitions, batchSize }: Pick<Channel, "partitions" | "batchSize">,
  open: () => Promise<Channel>,
): Channel {
  let opening: Promise<Channel> | undefined;
  return {
    partitions,
    batchSize,
    deliver: async (batch, signal) => {
      opening ??= open();
      return (await opening).deliver(batch, signal);
    },
    close: async () => (await opening)?.close(),
  };
}
