import type { Catalog, Column, Relation, UserType } from "./catalog.ts";
import { columnNames, partsOf, pathOf, quoted, quotedPath, schemaNames } from "./names.ts";
import type { Random } from "./random.ts";
import { createPartition, createTable, createView, randomPath, randomType } from "./tables.ts";

/** What a change can be made of. */
export interface Scene {
  readonly random: Random;
  readonly catalog: Catalog;
  /** Roles of stakeholders. */
  readonly stakeholders: readonly string[];
}

/** How often each kind of change comes. */
const weights = {
  addColumn: 6,
  dropColumn: 3,
  renameColumn: 2,
  swapColumns: 2,
  readdColumn: 2,
  changeType: 8,
  changeNull: 4,
  createTable: 3,
  dropTable: 2,
  recreateTable: 3,
  renameTable: 3,
  swapTables: 3,
  moveTable: 2,
  createView: 2,
  replaceByView: 1,
  changeSchema: 0.6,
  rowSecurity: 3,
  changePolicy: 3,
  changeUserType: 3,
  changePartition: 2,
  revoke: 2,
} as const;

/**
 * Statements of one change, such as dropping a table and making it again. Some may fail, for instance
 * because something depends on what they drop: those are left out.
 */
export function randomChange(scene: Scene): string[] {
  const { random, catalog } = scene;
  const kind = random.weighted(weights);
  if (kind === "createTable") return createTable(random, randomPath(random));
  if (kind === "changeSchema") return changeSchema(scene);
  if (kind === "changeUserType") {
    const type = random.perhaps(catalog.types);
    return type ? changeUserType(random, type) : [];
  }
  const relation = random.perhaps([...catalog.relations.values()]);
  return relation ? changeRelation(kind, relation, scene) : [];
}

function changeRelation(
  kind: Exclude<keyof typeof weights, "createTable" | "changeSchema" | "changeUserType">,
  relation: Relation,
  scene: Scene,
): string[] {
  const { random, catalog, stakeholders } = scene;
  const path = pathOf(relation);
  const name = quotedPath(path);
  const drop = `DROP ${objectOf(relation)} ${name}${random.chance(0.7) ? " CASCADE" : ""}`;
  switch (kind) {
    case "dropTable":
      return [drop];
    case "recreateTable":
      return [drop, recreate(random, relation)];
    case "renameTable":
      return [rename(relation, randomPath(random))];
    case "swapTables":
      return swapTables(relation, scene);
    case "moveTable":
      return [`ALTER ${objectOf(relation)} ${name} SET SCHEMA ${quoted(random.pick(schemaNames))}`];
    case "createView":
      return createView(random, randomPath(random), path, [...relation.columns.keys()]);
    case "replaceByView":
      return replaceByView(relation);
    case "rowSecurity":
      if (relation.columns.size === 0) return [];
      return rowSecurity(relation, scene);
    case "changePolicy":
      return changePolicy(relation, scene);
    case "changePartition":
      return changePartition(relation, scene);
    case "revoke":
      return [`REVOKE ALL ON ${name} FROM ${random.pick(stakeholders)}`];
    case "addColumn":
      return [
        `${alter(relation)} ADD COLUMN ${quoted(random.pick(columnNames))} ${randomType(random)}`,
      ];
    default: {
      const column = random.perhaps([...relation.columns]);
      return column ? changeColumn(kind, column, relation, scene, catalog) : [];
    }
  }
}

function changeColumn(
  kind: "dropColumn" | "renameColumn" | "swapColumns" | "readdColumn" | "changeType" | "changeNull",
  [name, column]: readonly [string, Column],
  relation: Relation,
  { random }: Scene,
  { relations }: Catalog,
): string[] {
  const table = alter(relation);
  const nullable = column.nullable ? "" : " NOT NULL";
  switch (kind) {
    case "dropColumn":
      if (relation.rowSecurity && relation.columns.size === 1) return [];
      return [`${table} DROP COLUMN ${quoted(name)}${random.chance(0.5) ? " CASCADE" : ""}`];
    case "renameColumn":
      return [`${table} RENAME COLUMN ${quoted(name)} TO ${quoted(random.pick(columnNames))}`];
    case "swapColumns": {
      const other = random.pick([...relation.columns.keys()]);
      return [
        `${table} RENAME COLUMN ${quoted(name)} TO swapped`,
        `${table} RENAME COLUMN ${quoted(other)} TO ${quoted(name)}`,
        `${table} RENAME COLUMN swapped TO ${quoted(other)}`,
      ];
    }
    case "readdColumn":
      return [
        `${table} DROP COLUMN ${quoted(name)}`,
        `${table} ADD COLUMN ${quoted(name)} ${column.declared}${nullable}`,
      ];
    case "changeType": {
      const others = [...relations.values()].flatMap(({ columns }) => [...columns.values()]);
      const type = random.weighted({ wider: 6, narrower: 3, other: 1, same: 1 });
      const declared = {
        wider: resized(random, column, 1),
        narrower: resized(random, column, -1),
        other: randomType(random),
        same: random.pick(others).declared,
      }[type];
      return [`${table} ALTER COLUMN ${quoted(name)} TYPE ${declared} USING NULL`];
    }
    case "changeNull":
      return changeNull(random, table, name, column);
  }
}

function changeNull(random: Random, table: string, name: string, column: Column): string[] {
  const notNull = `${table} ADD NOT NULL ${quoted(name)}`;
  if (!column.nullable) {
    const dropped = `${table} ALTER COLUMN ${quoted(name)} DROP NOT NULL`;
    return random.chance(0.8) ? [dropped] : [dropped, `${notNull} NOT VALID`];
  }
  return random.chance(0.8)
    ? [`${table} ALTER COLUMN ${quoted(name)} SET NOT NULL`]
    : [`${notNull} NOT VALID`];
}

/** The declared type with more or less room, where it has a size at all. */
function resized(random: Random, { declared }: Column, sign: 1 | -1): string {
  if (sign > 0 && random.chance(0.2) && /^(character varying|numeric|bit varying)/.test(declared)) {
    return declared.replace(/\([\d,]+\)/, "");
  }
  return declared.replace(/\((\d+)(?:,(\d+))?\)/, (_, first: string, second?: string) => {
    const change = () => sign * random.int(0, 3);
    if (second === undefined) return `(${Math.max(1, Number(first) + change())})`;
    const scale = Math.max(0, Number(second) + change());
    return `(${Math.max(scale, 1, Number(first) + change())},${scale})`;
  });
}

function recreate(random: Random, relation: Relation): string {
  const columns = [...relation.columns].map(
    ([name, { declared, nullable }]) => `${quoted(name)} ${declared}${nullable ? "" : " NOT NULL"}`,
  );
  const path = quotedPath(pathOf(relation));
  return `CREATE TABLE ${path} (${random.shuffled(columns).join(", ")})`;
}

function objectOf({ kind }: Relation): string {
  return kind === "partitioned table" ? "TABLE" : kind.toUpperCase();
}

function alter(relation: Relation): string {
  return `ALTER ${objectOf(relation)} ${quotedPath(pathOf(relation))}`;
}

function rename(relation: Relation, path: string): string {
  return `${alter(relation)} RENAME TO ${quoted(partsOf(path).name)}`;
}

function swapTables(relation: Relation, { random, catalog }: Scene): string[] {
  const sameSchema = [...catalog.relations.values()].filter(
    ({ schema, name }) => schema === relation.schema && name !== relation.name,
  );
  const other = random.perhaps(sameSchema);
  if (!other) return [];
  const schema = quoted(relation.schema);
  return [
    `${alter(relation)} RENAME TO swapped`,
    `${alter(other)} RENAME TO ${quoted(relation.name)}`,
    `ALTER ${objectOf(relation)} ${schema}.swapped RENAME TO ${quoted(other.name)}`,
  ];
}

/** The table goes on under another name, below a view of the same columns. */
function replaceByView(relation: Relation): string[] {
  if (relation.kind !== "table" || relation.parent || relation.columns.size === 0) return [];
  const schema = quoted(relation.schema);
  const columns = [...relation.columns.keys()].map(quoted).join(", ");
  return [
    `${alter(relation)} RENAME TO beneath`,
    `CREATE VIEW ${schema}.${quoted(relation.name)} AS SELECT ${columns} FROM ${schema}.beneath`,
  ];
}

function rowSecurity(relation: Relation, { random, stakeholders }: Scene): string[] {
  if (relation.rowSecurity && random.chance(0.5)) {
    return [`${alter(relation)} DISABLE ROW LEVEL SECURITY`];
  }
  const enable = `${alter(relation)} ENABLE ROW LEVEL SECURITY`;
  const policies = stakeholders.map((role) => createPolicy(relation, role, "SELECT", true));
  return random.chance(0.4) ? [enable, ...policies] : [enable];
}

function changePolicy(relation: Relation, { random, stakeholders }: Scene): string[] {
  const present = random.perhaps(relation.policies);
  const table = quotedPath(pathOf(relation));
  if (present && random.chance(0.4)) return [`DROP POLICY ${quoted(present.name)} ON ${table}`];
  const role = random.pick(["PUBLIC", "pg_monitor", ...stakeholders]);
  const command = random.pick(["ALL", "ALL", "SELECT", "SELECT", "INSERT", "DELETE"]);
  return [createPolicy(relation, role, command, random.chance(0.8))];
}

function createPolicy(
  relation: Relation,
  role: string,
  command: string,
  permissive: boolean,
): string {
  const kind = permissive ? "PERMISSIVE" : "RESTRICTIVE";
  const name = quoted(`${kind} ${command} ${role}`.toLowerCase());
  const table = quotedPath(pathOf(relation));
  const condition = command === "INSERT" ? "WITH CHECK (true)" : "USING (true)";
  return `CREATE POLICY ${name} ON ${table} AS ${kind} FOR ${command} TO ${role} ${condition}`;
}

function changePartition(relation: Relation, { random }: Scene): string[] {
  const path = pathOf(relation);
  if (relation.kind === "partitioned table")
    return [createPartition(path, random.int(1, 4), random.pick([relation.schema, "shop"]))];
  if (!relation.parent) return [];
  const name = quotedPath(path);
  const detach = `ALTER TABLE ${quotedPath(relation.parent)} DETACH PARTITION ${name}`;
  const attach = `ALTER TABLE ${quotedPath(relation.parent)} ATTACH PARTITION ${name} DEFAULT`;
  return random.pick([[detach], [detach, attach], [`DROP TABLE ${name}`]]);
}

function changeUserType(random: Random, { schema, name, kind, parts }: UserType): string[] {
  const type = `${quoted(schema)}.${quoted(name)}`;
  const part = random.perhaps(parts);
  if (random.chance(0.1)) return [`ALTER TYPE ${type} RENAME TO ${quoted(`${name}_`)}`];
  if (random.chance(0.1))
    return [`ALTER TYPE ${type} SET SCHEMA ${random.pick(["public", "shop"])}`];
  if (random.chance(0.05)) return [`DROP TYPE ${type} CASCADE`];
  switch (kind) {
    case "enum":
      return random.chance(0.6) || part === undefined
        ? [`ALTER TYPE ${type} ADD VALUE 'label ${random.int(1, 9)}'`]
        : [`ALTER TYPE ${type} RENAME VALUE '${part}' TO 'label ${random.int(1, 9)}'`];
    case "domain":
      return random.chance(0.6) || part === undefined
        ? [
            `ALTER DOMAIN ${type} ADD CONSTRAINT c${random.int(1, 9)} CHECK (VALUE::text <> '${random.int(1, 9)}')`,
          ]
        : [`ALTER DOMAIN ${type} DROP CONSTRAINT ${quoted(part)}`];
    case "composite":
      return random.chance(0.6) || part === undefined
        ? [`ALTER TYPE ${type} ADD ATTRIBUTE a${random.int(1, 9)} text`]
        : [`ALTER TYPE ${type} RENAME ATTRIBUTE ${quoted(part)} TO a${random.int(1, 9)}`];
  }
}

function changeSchema({ random, catalog }: Scene): string[] {
  const schema = random.pick(schemaNames.slice(1));
  const renamed = random.pick(schemaNames.slice(1));
  if (!catalog.schemas.has(schema)) return [`CREATE SCHEMA ${quoted(schema)}`];
  return random.chance(0.3)
    ? [`DROP SCHEMA ${quoted(schema)} CASCADE`]
    : [`ALTER SCHEMA ${quoted(schema)} RENAME TO ${quoted(renamed)}`];
}
