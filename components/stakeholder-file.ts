import { z } from "zod";
import { notificationForm } from "../provider/runtime/notification-form.ts";
import { rotationForm } from "../provider/runtime/rotation-form.ts";
import { spec } from "../provider/runtime/spec.ts";
import { secretReference } from "./secret-reference.ts";

/** The form of a file of `stakeholdersFrom`; its JSON schema is published with the package. */
export const stakeholderFile = z
  .strictObject({
    $schema: z.string().optional().describe("Where an editor finds the schema of this file."),
    name: z
      .string()
      .regex(/^[a-zA-Z_]\w{0,31}$/, {
        error: "must begin with a letter or _, then hold at most 31 letters, digits or _",
      })
      .optional()
      .describe("Name of the stakeholder. Default: the name of the file."),
    rotation: z
      .union([z.number(), rotationForm])
      .optional()
      .describe(
        'Any text or number, whose change makes new credentials, or {"every": "30d"}: the first ' +
          "`up` after that time does.",
      ),
    retire: z
      .boolean()
      .optional()
      .describe("Whether the old login is closed once every store holds the new one."),
    adopt: z
      .boolean()
      .optional()
      .describe(
        "Whether a role, schema, claim or notification that is there already is taken over.",
      ),
    deletion: z
      .enum(["restrict", "cascade"])
      .optional()
      .describe("Whether a schema that holds tables is kept or dropped on deletion."),
    claims: z
      .record(z.string().min(1).max(128), spec)
      .optional()
      .describe("What the stakeholder depends on, by the name of the claim."),
    notifications: z
      .record(z.string().min(1).max(128), notificationForm(secretReference))
      .optional()
      .describe("What the stakeholder is told of, by the name of the notification."),
  })
  .meta({
    title: "IntegrateDB stakeholder",
    description: "A stakeholder, its claims and its notifications.",
  });

/** A stakeholder, its claims and its notifications, as a file states them. */
export type StakeholderFile = z.output<typeof stakeholderFile>;

/** The JSON schema of such a file, with which editors complete and check it. */
export function stakeholderFileSchema(): object {
  return z.toJSONSchema(stakeholderFile, { io: "input" });
}
