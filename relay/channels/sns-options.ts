import * as z from "zod";

/** Options of a channel of type `sns`, as in `integratedb.channel_options()`, secrets opened. */
export const snsOptions = z
  .object({
    topic_arn: z
      .string()
      .regex(/^arn:[^:]+:sns:[^:]+:\d{12}:[\w.-]+$/, "must be the ARN of a topic")
      .describe("The topic; FIFO if its name ends in .fifo."),
    region: z.string().optional().describe("Region; by default that in the ARN."),
    endpoint: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("Another endpoint than that of AWS."),
    access_key_id: z
      .string()
      .optional()
      .describe("Access key; by default the relay's own credentials."),
    secret_access_key: z.string().optional().describe("Secret of the access key."),
  })
  .refine(
    (login) => (login.access_key_id === undefined) === (login.secret_access_key === undefined),
    "access_key_id and secret_access_key go together",
  );

export type SnsOptions = z.output<typeof snsOptions>;
