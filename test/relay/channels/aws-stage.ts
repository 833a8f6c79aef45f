import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { type Moto, startMoto } from "../../servers/moto.ts";
import { TcpProxy } from "../../tcp-proxy.ts";

/** What moto lets in once it asks for a login: nobody, since nobody was made. */
export const secret = "aws-secret-key-8821";
const login = { accessKeyId: "AKIDTEST", secretAccessKey: secret };

/** moto behind a proxy that channels go through, and a client of the test's own. */
export interface AwsStage {
  readonly moto: Moto;
  readonly proxy: TcpProxy;
  /** The endpoint for channels. */
  readonly endpoint: string;
  readonly clientSettings: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** Makes a queue, FIFO if its name says so, and returns its URL through the proxy. */
  makeQueue(name: string, attributes?: Readonly<Record<string, string>>): Promise<string>;
  setQueue(name: string, attributes: Readonly<Record<string, string>>): Promise<void>;
  /** Takes all messages that are in a queue. */
  taken(name: string): Promise<TakenMessage[]>;
  /** Whether requests need a login that moto knows. */
  askForLogin(isAsked: boolean): Promise<void>;
  stop(): Promise<void>;
}

export interface TakenMessage {
  readonly body: string;
  readonly group: string | undefined;
}

const account = "123456789012";

export async function startAwsStage(): Promise<AwsStage> {
  const moto = await startMoto();
  const proxy = await TcpProxy.open(moto.port);
  const clientSettings = { endpoint: moto.url, region: "eu-west-1", credentials: login };
  const client = new SQSClient(clientSettings);
  const urlOf = (name: string) => `${moto.url}/${account}/${name}`;
  const endpoint = proxy.through(moto.url).replace(/\/$/, "");
  return {
    moto,
    proxy,
    endpoint,
    clientSettings,
    makeQueue: async (name, attributes = {}) => {
      const Attributes = { ...(name.endsWith(".fifo") && { FifoQueue: "true" }), ...attributes };
      await client.send(new CreateQueueCommand({ QueueName: name, Attributes }));
      return `${endpoint}/${account}/${name}`;
    },
    setQueue: async (name, Attributes) => {
      await client.send(
        new SetQueueAttributesCommand({ QueueUrl: urlOf(name), Attributes: { ...Attributes } }),
      );
    },
    taken: async (name) => {
      const QueueUrl = urlOf(name);
      const messages: TakenMessage[] = [];
      for (;;) {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: 10,
            MessageSystemAttributeNames: ["MessageGroupId"],
          }),
        );
        if (Messages.length === 0) return messages;
        for (const { Body = "", Attributes } of Messages) {
          messages.push({ body: Body, group: Attributes?.MessageGroupId });
        }
        const Entries = Messages.map(({ ReceiptHandle = "" }, at) => ({
          Id: String(at),
          ReceiptHandle,
        }));
        await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    },
    askForLogin: async (isAsked) => {
      const body = isAsked ? "0" : "1000000000";
      await fetch(`${moto.url}/moto-api/reset-auth`, { method: "POST", body });
    },
    stop: async () => {
      client.destroy();
      await proxy.close();
      await moto.stop();
    },
  };
}

/** Options of a channel that log in as the test does. */
export const loginOptions = {
  region: "eu-west-1",
  access_key_id: login.accessKeyId,
  secret_access_key: secret,
};
