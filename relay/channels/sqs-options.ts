import * as z from "zod";

/** Options of a channel of type `sqs`, as in `integratedb.channel_options()`, secrets opened. */
export const sqsOptions = z
  .object({
    queue_url: z
      .url({ protocol: /^https?$/ })
      .describe("The queue; FIFO if its name ends in .fifo."),
    region: z.string().optional().describe("Region; by default that in the URL."),
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

export type SqsOptions = z.output<typeof sqsOptions>;
