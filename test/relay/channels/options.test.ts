import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { channelTypes } from "../../../relay/channels/index.ts";
import { kafkaOptions } from "../../../relay/channels/kafka-options.ts";
import { natsOptions } from "../../../relay/channels/nats-options.ts";
import { rabbitMqOptions } from "../../../relay/channels/rabbitmq-options.ts";
import { redisOptions } from "../../../relay/channels/redis-options.ts";
import { snsOptions } from "../../../relay/channels/sns-options.ts";
import { socketOptions } from "../../../relay/channels/socket-options.ts";
import { sqsOptions } from "../../../relay/channels/sqs-options.ts";
import { webhookOptions } from "../../../relay/channels/webhook-options.ts";
import { type Postgres, startPostgres } from "../../postgres.ts";

const schemas = {
  webhook: webhookOptions,
  socket: socketOptions,
  redis: redisOptions,
  nats: natsOptions,
  rabbitmq: rabbitMqOptions,
  kafka: kafkaOptions,
  sqs: sqsOptions,
  sns: snsOptions,
};

let postgres: Postgres;
let options: { type: string; option: string; required: boolean; default_value: string | null }[];

beforeAll(async () => {
  postgres = await startPostgres(18);
  const client = new pg.Client({ connectionString: postgres.adminUrl });
  await client.connect();
  const file = new URL("../../../sql/functions/channel_options.sql", import.meta.url);
  await client.query(`create schema integratedb; ${await readFile(file, "utf8")}`);
  const { rows } = await client.query("select * from integratedb.channel_options()");
  options = rows.filter(({ option }) => option !== "give_up_after_seconds");
  await client.end();
});
afterAll(() => postgres.stop());

test("the relay has a channel of every type that the engine knows, and no other", () => {
  const types = new Set(options.map(({ type }) => type));
  // Sockets are opened where the database is at hand.
  expect(new Set([...Object.keys(channelTypes), "socket"])).toEqual(types);
});

test.for(Object.entries(schemas))("%s has the options that the engine knows", ([type, schema]) => {
  const known = options.filter((option) => option.type === type);
  const written = known.map(({ option, required, default_value }) => [
    option,
    required ? "required" : (default_value ?? ""),
  ]);
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
  });
  const read = Object.entries(properties).map(([option, property]) => {
    const value = typeof property === "object" ? property.default : undefined;
    const isEmpty = value === undefined || value === "" || Array.isArray(value);
    return [option, required.includes(option) ? "required" : isEmpty ? "" : String(value)];
  });
  expect(Object.fromEntries(read)).toEqual(Object.fromEntries(written));
});
