import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { seal } from "../../provider/runtime/seal.ts";
import { startNats } from "../../test/servers/nats.ts";
import { type DeliverySink, polledArrival } from "./delivery-sink.ts";

const stream = "bench";
const subject = "bench.rows";

/** A NATS server of its own with a JetStream stream. @param relayKey that channels' secrets are sealed to */
export async function startNatsSink(relayKey: string): Promise<DeliverySink> {
  const { url, port, user, password, stop } = await startNats();
  const connection = await connect({ servers: `127.0.0.1:${port}`, user, pass: password });
  const { streams } = await jetstreamManager(connection);
  const make = () => streams.add({ name: stream, subjects: [`${stream}.>`] });
  await make();
  const login = { username: user, password };
  return {
    name: "NATS JetStream",
    channel: {
      type: "nats",
      url,
      subject,
      username: user,
      password: { sealed: seal(password, relayKey) },
    },
    peer: { output: { nats: { url, subject, stream, ...login } }, batch_size: 500 },
    arrival: async (count) => {
      // A stream that is purged still knows the ids of two minutes, and takes none of them again.
      await streams.delete(stream);
      await make();
      return polledArrival(count, async () => (await streams.info(stream)).state.messages);
    },
    stop: async () => {
      await connection.close();
      await stop();
    },
  };
}
