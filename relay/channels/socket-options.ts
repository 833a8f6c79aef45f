import * as z from "zod";

/** Options of a channel of type `socket`, as in `integratedb.channel_options()`, secrets opened. */
export const socketOptions = z.object({
  retention_hours: z
    .int()
    .min(1)
    .max(8760)
    .default(24)
    .describe("How long events are kept for receivers that resume, in hours."),
  token: z
    .string()
    .min(16)
    .optional()
    .describe(
      "Bearer token of the receiver; without it, the stakeholder's own database credentials are asked for.",
    ),
});

export type SocketOptions = z.output<typeof socketOptions>;
