import { z } from "zod";

const columnName = z.string().min(1).describe("Name of a column, in the case that it has.");

const statedShape = {
  name: columnName,
  type: z
    .string()
    .min(3)
    .max(128)
    .nullable()
    .optional()
    .describe("Type that the column must have, as `integer`, `varchar(40)` or `timestamptz`."),
  min_length: z
    .int()
    .min(0)
    .nullable()
    .optional()
    .describe("Length that the column must at least hold."),
  is_nullable: z
    .boolean()
    .nullable()
    .optional()
    .describe("Whether the column may hold NULL. `false` claims NOT NULL."),
};

const optionalFlag = z
  .boolean()
  .nullable()
  .optional()
  .describe("Whether the claim is also met without it. Default: false.");

const alternativeField = z.union([columnName, z.strictObject(statedShape)]);

const field = z
  .union([
    columnName,
    z.strictObject({ ...statedShape, optional: optionalFlag }),
    z.strictObject({
      alternatives: z.array(alternativeField).min(1).describe("Any one of these columns will do."),
      optional: optionalFlag,
    }),
  ])
  .meta({ id: "Field" });

const path = z
  .string()
  .min(3)
  .describe('`schema.table`, or `schema.*` for all tables of a schema, then with fields ["*"].');

const fields = z
  .array(field)
  .nullable()
  .optional()
  .describe('Columns of the table; ["*"] for all of them. Without any, the table must just exist.');

const match = z
  .union([
    z.strictObject({ path, fields, optional: optionalFlag }),
    z.strictObject({
      alternatives: z
        .array(z.strictObject({ path, fields }))
        .min(1)
        .describe("Any one of these tables will do."),
      optional: optionalFlag,
    }),
  ])
  .meta({ id: "Match" });

/**
 * The form of a spec, the document that says what a claim covers. What it means, and the rules
 * that go beyond its form, are the engine's.
 */
export const spec = z.strictObject({
  match: z.array(match).describe("The tables and columns that the stakeholder depends on."),
});
