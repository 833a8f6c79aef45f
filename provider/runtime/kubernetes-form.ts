import { z } from "zod";

/** A name as that of a Service: what Kubernetes calls an RFC 1035 label. */
const label = z.string().regex(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, {
  error: "expected 1 to 63 lower-case letters, digits or -, from a letter on",
});

/** A name as that of a Secret: an RFC 1123 subdomain. */
const subdomain = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, {
    error: "expected lower-case letters, digits, - and dots",
  });

/** As `500m`, `512Mi`, `10G` or `2`. */
const quantity = z.string().regex(/^\d+(\.\d+)?(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei)?$/, {
  error: "expected a quantity of Kubernetes, as 500m, 512Mi or 2",
});

const amounts = z
  .partialRecord(z.enum(["cpu", "memory"]), quantity)
  .transform((given) => given as Record<string, string>);

const cidr = z
  .string()
  .refine((text) => [z.cidrv4(), z.cidrv6()].some((form) => form.safeParse(text).success), {
    error: "expected an address range, as 10.0.0.0/8",
  });

const labels = z.record(z.string(), z.string());

const selector = z.strictObject({
  matchLabels: labels.optional(),
  matchExpressions: z
    .array(
      z.strictObject({
        key: z.string(),
        operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]),
        values: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});

const peer = z.strictObject({
  podSelector: selector.optional(),
  namespaceSelector: selector.optional(),
  ipBlock: z.strictObject({ cidr, except: z.array(cidr).optional() }).optional(),
});

/** One whom a NetworkPolicy lets through. */
export type Peer = z.output<typeof peer>;

/**
 * The forms of what a relay in Kubernetes is described by, one by one, since in a Pulumi program each
 * may be known at another time.
 */
export const kubernetesForm = {
  name: label,
  namespace: label,
  image: z
    .string()
    .max(512)
    .regex(/^[\w][\w.:/@-]*$/, { error: "expected the reference of an image" }),
  replicas: z
    .int()
    .min(1, { error: "expected at least 1" })
    .max(10, { error: "expected at most 10: all but one only wait" }),
  resources: z.strictObject({ requests: amounts.optional(), limits: amounts.optional() }),
  spillSize: quantity,
  imagePullSecrets: z.array(subdomain),
  existingSecret: subdomain,
  allowFrom: z.array(peer),
  allowTo: z.array(cidr),
  interval: z.string().regex(/^[1-9]\d*(ms|s|m)$/, { error: "expected a time, as 30s" }),
} as const satisfies Record<string, z.ZodType>;
