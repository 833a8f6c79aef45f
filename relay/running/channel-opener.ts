import type { Pool } from "pg";
import * as z from "zod";
import type { AllowList } from "../channels/address-guard.ts";
import { channelTypes } from "../channels/index.ts";
import { openSocket } from "../channels/socket.ts";
import { socketOptions } from "../channels/socket-options.ts";
import type { SocketWakeups } from "../channels/socket-wakeups.ts";
import type { Channel } from "../delivery/channel.ts";
import type { RelayKey } from "../registry/relay-key.ts";
import { openConfig } from "../registry/unseal.ts";
import type { ChannelEntry } from "./lane-set.ts";
import type { Tracing } from "./tracing.ts";

export interface OpenedChannel {
  readonly channel: Channel;
  /** Milliseconds. */
  readonly giveUpAfter: number;
}

export interface ChannelSurroundings {
  readonly key: RelayKey;
  readonly allow: AllowList;
  readonly source: string;
  readonly tracing: Tracing;
  /** Of the database, where socket channels keep their events. */
  readonly pool: Pool;
  readonly wakeups: SocketWakeups;
}

const defaultGiveUp = 86_400;

const common = z.object({
  give_up_after_seconds: z.int().min(0).max(31_536_000).default(defaultGiveUp),
});

/** Opens the channel of an entry of the registry; one that cannot work fails with the reason. */
export function openChannel(entry: ChannelEntry, surroundings: ChannelSurroundings): OpenedChannel {
  const { channelId, stakeholder, notification, channel, type } = entry;
  const { success, data } = common.safeParse(entry.config);
  const giveUpAfter = (success ? data.give_up_after_seconds : defaultGiveUp) * 1000;
  const { source, allow, tracing, key, pool, wakeups } = surroundings;
  const kind = Object.hasOwn(channelTypes, type) ? channelTypes[type] : undefined;
  if (kind === undefined && type !== "socket") {
    return { channel: broken(`IDB4107 this relay has no channels of type ${type}`), giveUpAfter };
  }
  try {
    const config = openConfig(entry.config, key);
    if (kind === undefined) {
      const opened = openSocket(socketOptions.parse(config), { channelId, pool, wakeups });
      return { channel: opened, giveUpAfter };
    }
    const opened = kind(config, {
      stakeholder,
      notification,
      scope: `${source}/${channelId}`,
      allow,
      trace: (events) =>
        tracing.delivery({
          stakeholder,
          notification,
          channel,
          "messaging.batch.message_count": events,
        }),
    });
    return { channel: opened, giveUpAfter };
  } catch (error) {
    return { channel: broken(`IDB4107 ${reasonOf(error)}`), giveUpAfter };
  }
}

/** What is wrong, without the values: they may be secrets. */
function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    const options = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    return `the channel's options are wrong: ${options.join("; ")}`;
  }
  return "a secret of the channel cannot be opened with the relay's key; put the notification again";
}

function broken(reason: string): Channel {
  return {
    partitions: 1,
    batchSize: 1,
    deliver: () => Promise.reject(new Error(reason)),
    close: () => Promise.resolve(),
  };
}
