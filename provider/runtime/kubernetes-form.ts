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

const amounts = z.strictObject({ cpu: quantity.optional(), memory: quantity.optional() });

const cidr = z.union([z.cidrv4(), z.cidrv6()], {
  error: "expected an address range, as 10.0.0.0/8",
});

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
  allowFrom: z.array(z.record(z.string(), z.unknown())),
  allowTo: z.array(cidr),
  serviceMonitor: z.strictObject({
    labels: z.record(z.string(), z.string()).optional(),
    interval: z
      .string()
      .regex(/^\d+(ms|s|m)$/, { error: "expected a time, as 30s" })
      .optional(),
  }),
} as const satisfies Record<string, z.ZodType>;
