import {
  AuthorizationError,
  connect as connectTo,
  type NatsConnection,
  type TlsOptions,
  UserAuthenticationExpiredError,
} from "@nats-io/transport-node";
import type { Channel } from "../delivery/channel.ts";
import { allowedAddresses } from "./address-guard.ts";
import { type BrokerSession, brokerChannel, brokerTimeout } from "./broker-channel.ts";
import { BrokerError, messageOf } from "./broker-error.ts";
import { hostAndPort } from "./broker-url.ts";
import type { ChannelContext } from "./channel-context.ts";
import type { NatsOptions } from "./nats-options.ts";
import { natsPublisher } from "./nats-publisher.ts";

/**
 * NATS JetStream. Each event is a message in the structured mode of the NATS binding of CloudEvents,
 * acknowledged by the stream. `Nats-Msg-Id` lets the stream drop what it is sent twice within its
 * duplicate window.
 *
 * @see https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/nats-protocol-binding.md
 */
export function openNats(options: NatsOptions, context: ChannelContext): Channel {
  const { host, port } = hostAndPort(options.url, 4222);
  const isSecure = options.url.startsWith("tls:");
  const tlsOptions: TlsOptions & { readonly servername: string } = { servername: host };
  const names = ["integratedb", context.stakeholder, context.notification];
  const subject = options.subject ?? names.map((name) => name.replace(/[\s.*>]/g, "_")).join(".");

  /** By address, since the client would resolve a name again, and with the name for its certificate. */
  function connectToOne(address: string, tls: TlsOptions | null): Promise<NatsConnection> {
    return connectTo({
      servers: address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`,
      name: "integratedb-relay",
      ...(options.token !== undefined && { token: options.token }),
      ...(options.username !== undefined && { user: options.username }),
      ...(options.password !== undefined && { pass: options.password }),
      tls,
      reconnect: false,
      ignoreClusterUpdates: true,
      timeout: brokerTimeout,
      pingInterval: brokerTimeout,
      noAsyncTraces: true,
    });
  }

  /** With TLS wherever the server has it; with `tls:` nowhere else. */
  async function connectToAny([first, ...others]: [string, ...string[]]): Promise<NatsConnection> {
    try {
      return await connectToOne(first, tlsOptions);
    } catch (error) {
      if (!isSecure && /does not support 'tls'/.test(messageOf(error))) {
        return connectToOne(first, null);
      }
      const [next, ...rest] = others;
      if (next === undefined || explained(error) !== error) throw error;
      return connectToAny([next, ...rest]);
    }
  }

  async function connect(signal: AbortSignal): Promise<BrokerSession> {
    const addresses = await allowedAddresses(host, context.allow);
    signal.throwIfAborted();
    const connection = await connectToAny(addresses).catch((error) => {
      throw explained(error);
    });
    const send = natsPublisher(connection, subject, context.scope);
    return {
      get isOpen() {
        return !connection.isClosed();
      },
      send,
      close: () => discard(connection),
    };
  }

  return brokerChannel({
    partitions: 2,
    batchSize: options.batch_size,
    secrets: [options.password, options.token],
    connect,
  });
}

function discard(connection: NatsConnection): void {
  connection.close().catch(() => undefined);
}

function explained(error: unknown): unknown {
  if (error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError) {
    return new BrokerError("denied", `NATS: ${messageOf(error)}`);
  }
  return error;
}
