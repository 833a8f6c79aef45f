import { z } from "zod";
import { channelForm } from "./channel-form.ts";

/** All kinds of events, in the order in which they are shown. */
export const eventKinds = ["INSERT", "UPDATE", "DELETE", "TRUNCATE"] as const;

const columnName = z.string().min(1).describe("Name of a column, in the case that it has.");

const value = z
  .union([z.string(), z.number(), z.boolean()])
  .describe("A value that Postgres can read as one of the column's type.");

const test = z.union([
  value,
  z.null().describe("The column is NULL."),
  z.strictObject({
    eq: value.optional().describe("Equal to."),
    ne: value.optional().describe("Not equal to."),
    lt: value.optional().describe("Less than."),
    lte: value.optional().describe("Less than or equal to."),
    gt: value.optional().describe("Greater than."),
    gte: value.optional().describe("Greater than or equal to."),
    in: z.array(value).min(1).optional().describe("Any of these."),
    is_null: z.boolean().optional().describe("Whether the column is NULL."),
  }),
]);

const tests = z.record(columnName, test).describe("Tests by column; a row must pass all of them.");

const match = z.strictObject({
  path: z
    .string()
    .min(3)
    .describe('`schema.table`, or `schema.*` for all tables of a schema, then with fields ["*"].'),
  events: z
    .array(z.enum([...eventKinds, "*"]))
    .optional()
    .describe('What happens to a row: INSERT, UPDATE, DELETE, TRUNCATE. Default: ["*"], all.'),
  fields: z
    .array(z.union([columnName, z.strictObject({ name: columnName })]))
    .nullable()
    .optional()
    .describe('Columns that an event carries; ["*"]: every column that is claimed there.'),
  channels: z
    .array(z.string().min(1))
    .optional()
    .describe('Names of the channels that get the events. Default: ["*"], all.'),
  where: z
    .union([tests, z.array(tests)])
    .optional()
    .describe("Which rows: tests by column, or a list of such of which one must pass."),
});

/**
 * The form of a notification. What it means, and the rules that go beyond its form, are the
 * engine's.
 *
 * @param secret the form of a secret in the options of channels
 */
export function notificationForm<S extends z.ZodType>(secret: S) {
  return z.strictObject({
    match: z.array(match).describe("The changes that the stakeholder wants to hear of."),
    channels: z
      .record(z.string().min(1).max(128), channelForm(secret))
      .describe("Where events are delivered, by the name of the channel."),
  });
}
