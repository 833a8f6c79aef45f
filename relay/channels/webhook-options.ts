import * as z from "zod";
import { signingKey } from "./standard-webhooks-signature.ts";

/** Options of a channel of type `webhook`, as in `integratedb.channel_options()`, secrets opened. */
export const webhookOptions = z.object({
  url: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !new URL(url).username && !new URL(url).password, {
      message: "must hold no user or password: use authorization",
    })
    .describe("Where events are POSTed to. Redirects are not followed."),
  mode: z
    .enum(["structured", "binary", "batch"])
    .default("structured")
    .describe(
      "How CloudEvents are sent: one a request as JSON or with headers, or many as an array.",
    ),
  batch_size: z
    .int()
    .min(1)
    .max(10_000)
    .default(200)
    .describe("Events in a request, at most, in mode batch."),
  concurrency: z
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe("Requests at once. Events of one key are never in two of them."),
  timeout_seconds: z
    .int()
    .min(1)
    .max(300)
    .default(10)
    .describe("Seconds until a request without an answer counts as failed."),
  signing_secret: z
    .union([z.string(), z.array(z.string())])
    .transform((secrets) => (typeof secrets === "string" ? [secrets] : secrets))
    .pipe(
      z.array(
        z.string().refine((secret) => signingKey(secret) !== undefined, {
          message: "must be whsec_ and 24 to 64 bytes in base64",
        }),
      ),
    )
    .default([])
    .describe("Standard Webhooks secrets, `whsec_…`; each signs, so that one can take over."),
  authorization: z
    .string()
    .regex(/^[\t\x20-\x7e]+$/, "must be printable ASCII")
    .optional()
    .describe("Value of the Authorization header."),
});

export type WebhookOptions = z.output<typeof webhookOptions>;
