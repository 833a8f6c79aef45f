import { z } from "zod";
import { kubernetesForm } from "../../provider/runtime/kubernetes-form.ts";

/** Memory in MiB that Fargate gives to so many units of a processor, from and up to. */
const sizes: Readonly<Record<number, readonly [number, number]>> = {
  256: [512, 2048],
  512: [1024, 4096],
  1024: [2048, 8192],
  2048: [4096, 16_384],
  4096: [8192, 30_720],
};

/** A size of a task as Fargate has them. */
export const taskSize = z
  .object({
    cpu: z
      .number()
      .refine((units) => units in sizes, { error: `expected ${Object.keys(sizes).join(", ")}` }),
    memory: z.int().min(512, { error: "expected MiB, from 512 on" }),
  })
  .refine(
    ({ cpu, memory }) => {
      const [least = 0, most = 0] = sizes[cpu] ?? [];
      return memory >= least && memory <= most && (memory === 512 || memory % 1024 === 0);
    },
    {
      path: ["memory"],
      error: "expected a size that Fargate has for this cpu: whole GiB, from twice the cpu on",
    },
  );

const identifier = (form: RegExp, example: string) =>
  z.string().regex(form, { error: `expected an identifier as ${example}` });

/** Days for which CloudWatch can keep a log. */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827];

/** The forms of what a relay on ECS is described by, one by one. */
export const ecsForm = {
  replicas: kubernetesForm.replicas,
  image: kubernetesForm.image,
  cluster: z.string().min(1, { error: "expected the name or ARN of a cluster" }),
  subnets: z
    .array(identifier(/^subnet-[0-9a-f]+$/, "subnet-0123abcd"))
    .min(1, { error: "expected a subnet at least" }),
  vpcId: identifier(/^vpc-[0-9a-f]+$/, "vpc-0123abcd"),
  securityGroups: z
    .array(identifier(/^sg-[0-9a-f]+$/, "sg-0123abcd"))
    .min(1, { error: "expected a security group at least" }),
  allowFrom: kubernetesForm.allowTo,
  allowTo: kubernetesForm.allowTo,
  storageGib: z
    .int()
    .min(21, { error: "expected 21 to 200" })
    .max(200, { error: "expected 21 to 200" }),
  logRetentionDays: z
    .number()
    .refine((days) => retentions.includes(days), { error: `expected ${retentions.join(", ")}` }),
  lagBytes: z.number().min(1, { error: "expected bytes, from 1 on" }),
  drainSeconds: z.number().max(100, { error: "expected at most 100: Fargate waits for 120 s" }),
} as const satisfies Record<string, z.ZodType>;
