import type { Catalog, Column, Relation } from "./catalog.ts";
import { columnNames, pathOf } from "./names.ts";
import type { Random } from "./random.ts";
import { spellings } from "./shape.ts";
import type { Alternative, Field, Match, NamedField, Spec } from "./spec.ts";
import { randomPath } from "./tables.ts";

/** A claim on what there is, now and then on what there is not. */
export function randomSpec(random: Random, catalog: Catalog): Spec {
  return { match: Array.from({ length: random.int(1, 3) }, () => randomMatch(random, catalog)) };
}

function randomMatch(random: Random, catalog: Catalog): Match {
  const optional = random.chance(0.15) ? { optional: true } : {};
  if (random.chance(0.12)) {
    const schema = random.perhaps([...catalog.relations.values()])?.schema;
    if (schema) return { path: pathOf({ schema, name: "*" }), fields: ["*"], ...optional };
  }
  if (random.chance(0.2)) {
    const count = random.int(1, 3);
    const alternatives = Array.from({ length: count }, () => randomTable(random, catalog, 0.3));
    const byPath = new Map(alternatives.map((table) => [table.path, table]));
    return { alternatives: [...byPath.values()], ...optional };
  }
  return { ...randomTable(random, catalog, "optional" in optional ? 0.4 : 0.03), ...optional };
}

function randomTable(random: Random, catalog: Catalog, missing: number): Alternative {
  const path = random.chance(missing)
    ? randomPath(random)
    : (random.perhaps([...catalog.relations.keys()]) ?? randomPath(random));
  if (random.chance(0.1)) return random.chance(0.5) ? { path } : { path, fields: [] };
  if (random.chance(0.25)) return { path, fields: ["*"] };
  const fields = randomFields(random, catalog.relations.get(path));
  return { path, fields: fields.length > 0 ? fields : ["*"] };
}

/** Some columns, at least one of which is not optional, and some that do not exist. */
function randomFields(random: Random, relation: Relation | undefined): Field[] {
  const existing = random.shuffled([...(relation?.columns ?? [])]);
  const absent = random.shuffled(columnNames.filter((name) => !relation?.columns.has(name)));
  const fields: Field[] = [];
  for (const [name, column] of existing.slice(0, random.int(1, 4))) {
    fields.push(randomField(random, name, column, fields.length > 0, absent));
  }
  if (random.chance(0.04)) fields.push(...absent.splice(0, 1));
  if (random.chance(0.15)) {
    fields.push(...absent.splice(0, 1).map((name) => ({ name, optional: true })));
  }
  return fields;
}

/** Takes from `absent` the names that it uses up, for names of fields are unique. */
function randomField(
  random: Random,
  name: string,
  column: Column,
  mayBeOptional: boolean,
  absent: string[],
): Field {
  const optional = mayBeOptional && random.chance(0.15) ? { optional: true } : {};
  if (random.chance(0.12)) {
    const others = absent.splice(0, random.int(0, 2)).map((other) => ({ name: other }));
    return {
      alternatives: random.shuffled([randomStated(random, name, column), ...others]),
      ...optional,
    };
  }
  if (random.chance(0.4)) return { ...randomStated(random, name, column), ...optional };
  return "optional" in optional ? { name, ...optional } : name;
}

/** A field that states some of what its column is, rarely something wrong. */
function randomStated(random: Random, name: string, column: Column): NamedField {
  const wrong = random.chance(0.05);
  const spelling = random.pick(
    spellings(random.chance(0.5) ? column.declared : smaller(random, column)),
  );
  const limit = Math.min(column.length ?? 100, 200);
  // A length that the type states already is not stated twice.
  const states = random.weighted({ nothing: 1, type: 4, length: 2, nullability: 2, both: 1 });
  const type =
    wrong && states === "type" ? random.pick(["int", "text", "varchar(9000)"]) : spelling;
  const min_length = random.int(0, wrong ? limit + 1 : limit);
  const is_nullable = wrong ? false : column.nullable === true || random.chance(0.5);
  switch (states) {
    case "nothing":
      return { name };
    case "type":
      return { name, type };
    case "length":
      return { name, min_length };
    case "nullability":
      return { name, is_nullable };
    case "both":
      return { name, type, is_nullable };
  }
}

/** The column's type with less room than it has, or without a size. */
function smaller(random: Random, column: Column): string {
  const { declared, length, seconds } = column;
  if (declared.includes("numeric") || random.chance(0.3)) {
    return declared.startsWith("character(") || declared.startsWith("bit(")
      ? declared
      : declared.replace(/\([\d,]+\)/, "");
  }
  if (length !== undefined && Number.isFinite(length)) {
    return declared.replace(/\(\d+\)/, `(${random.int(1, length)})`);
  }
  return seconds === undefined
    ? declared
    : declared.replace(/\(\d\)/, `(${random.int(0, seconds)})`);
}
