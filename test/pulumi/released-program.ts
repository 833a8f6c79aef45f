import { secret } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import type { PackedProject } from "./packed-project.ts";

/** The stack whose state is kept of each release; its name is part of every URN. */
export const releasedStack = "released";

/** What stands in the kept state for what differs from run to run. */
export const placeholders = { connection: "@connection@", password: "@password@" } as const;

/** The program that the state of each release belongs to. It never changes. */
export function releasedProgram(project: PackedProject, connection: string): PulumiFn {
  return async () => {
    const { Claim, Database, Stakeholder } = project.integratedb;
    const database = new Database("shop", {
      connection: secret(connection),
      policy: { sensitive: ["public.customers.email"] },
    });
    const reporter = new Stakeholder("reporter", { database, rotation: "1" });
    new Claim("reporter-orders", {
      stakeholder: reporter,
      match: [
        { path: "public.orders", fields: ["*"] },
        { path: "public.customers", fields: ["id", { name: "email", type: "text" }] },
      ],
    });
    return { uri: reporter.uri };
  };
}
