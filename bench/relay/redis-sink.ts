import { createClient } from "redis";
import { startRedis } from "../../test/servers/redis.ts";
import { type DeliverySink, polledArrival } from "./delivery-sink.ts";

const stream = "bench";

/** A Redis server of its own. */
export async function startRedisSink(): Promise<DeliverySink> {
  const server = await startRedis();
  const client = createClient({ url: server.url });
  await client.connect();
  return {
    name: "Redis Streams",
    channel: { type: "redis", url: server.url, stream },
    peer: { output: { redis_streams: { url: server.url, stream } }, batch_size: 500 },
    arrival: async (count) => {
      await client.del(stream);
      return polledArrival(count, () => client.xLen(stream));
    },
    stop: async () => {
      client.destroy();
      await server.stop();
    },
  };
}
