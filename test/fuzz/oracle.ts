import type { Catalog, Relation } from "./catalog.ts";
import { partsOf } from "./names.ts";
import { type Difference, differences, type Shape, statedShape } from "./shape.ts";
import {
  type Alternative,
  alternativesOf,
  type Field,
  isOptional,
  type NamedField,
  namesOf,
  type Spec,
} from "./spec.ts";

/** One thing that a claim needs and does not have. Without a field it is the table. */
export interface Unmet {
  readonly stakeholder: string;
  readonly claim: string;
  readonly path: string;
  readonly field: string | null;
  /** What may be reported of it: a column can differ in several ways. */
  readonly problems: readonly Problem[];
}

export type Problem =
  | Difference
  | "missing schema"
  | "missing table"
  | "missing column"
  | "row security";

interface Claim {
  readonly spec: Spec;
  held: readonly HeldMatch[];
  /** What each named column was when it was last there, in the type that is claimed. */
  readonly seen: Map<string, Shape>;
}

/** A match with what it held when it was last synced. */
interface HeldMatch {
  readonly optional: boolean;
  readonly alternatives: readonly HeldTable[];
}

interface HeldTable {
  readonly path: string;
  /** Whether anything of it is to be read, or the table need only be there. */
  readonly isRead: boolean;
  readonly fields: readonly HeldField[];
}

interface HeldField {
  readonly optional: boolean;
  readonly alternatives: readonly { readonly name: string; readonly required: Shape }[];
}

type Finding = Pick<Unmet, "path" | "field" | "problems">;

/**
 * What the rules of claims say about a database, from their text alone: K4, K7 to K13, F12 to F16,
 * F18 to F24. It keeps its own snapshots and knows nothing of the engine.
 */
export class Oracle {
  readonly #claims = new Map<string, Map<string, Claim>>();

  /** Takes a claim over if it is met; otherwise says what it lacks, and nothing changes. */
  put(stakeholder: string, claim: string, spec: Spec, catalog: Catalog): readonly Unmet[] {
    const seen = new Map<string, Shape>();
    const held = hold(spec, catalog, seen);
    const unmet = held.flatMap((match) => judge(match, stakeholder, catalog));
    if (unmet.length === 0) this.#of(stakeholder).set(claim, { spec, held, seen });
    return unmet.map((finding) => ({ stakeholder, claim, ...finding }));
  }

  delete(stakeholder: string, claim: string): void {
    this.#of(stakeholder).delete(claim);
  }

  claimsOf(stakeholder: string): string[] {
    return [...this.#of(stakeholder).keys()];
  }

  /** Everything that a migration that ends like this would be refused for. */
  unmet(catalog: Catalog): Unmet[] {
    return [...this.#claims].flatMap(([stakeholder, claims]) =>
      [...claims].flatMap(([claim, { held }]) =>
        held
          .flatMap((match) => judge(match, stakeholder, catalog))
          .map((finding) => ({ stakeholder, claim, ...finding })),
      ),
    );
  }

  /** The ratchet: what is not stated is from now on what the database has now. */
  sync(catalog: Catalog): void {
    for (const claims of this.#claims.values()) {
      for (const claim of claims.values()) claim.held = hold(claim.spec, catalog, claim.seen);
    }
  }

  /** The columns that a stakeholder can read right after a sync, by path. */
  readable(stakeholder: string, catalog: Catalog): Map<string, Set<string>> {
    const readable = new Map<string, Set<string>>();
    for (const { held } of this.#of(stakeholder).values()) {
      for (const table of held.flatMap((match) => match.alternatives)) {
        const columns = catalog.relations.get(table.path)?.columns;
        const names = table.fields.flatMap((field) => field.alternatives.map(({ name }) => name));
        const granted = readable.get(table.path) ?? new Set<string>();
        for (const name of names) if (columns?.has(name)) granted.add(name);
        readable.set(table.path, granted);
      }
    }
    return readable;
  }

  #of(stakeholder: string): Map<string, Claim> {
    const claims = this.#claims.get(stakeholder) ?? new Map();
    this.#claims.set(stakeholder, claims);
    return claims;
  }
}

/** Adds to `seen` what it sees. */
function hold(spec: Spec, catalog: Catalog, seen: Map<string, Shape>): HeldMatch[] {
  return spec.match.flatMap((match) => {
    const optional = match.optional === true;
    const [first, ...others] = alternativesOf(match);
    if (first && partsOf(first.path).name === "*") {
      // The schema itself must be there, even if it has no tables.
      const schema = { path: first.path, isRead: false, fields: [] };
      const tables = tablesOf(partsOf(first.path).schema, catalog).map((path) =>
        holdTable({ path, fields: ["*"] }, catalog, seen),
      );
      return [schema, ...tables].map((table) => ({ optional, alternatives: [table] }));
    }
    const alternatives = first ? [first, ...others] : others;
    return [
      { optional, alternatives: alternatives.map((table) => holdTable(table, catalog, seen)) },
    ];
  });
}

/** F18: every kind of table, without partitions of one that is among them. */
function tablesOf(schema: string, catalog: Catalog): string[] {
  return [...catalog.relations]
    .filter(([, relation]) => relation.schema === schema && !isPartitionWithin(relation, catalog))
    .map(([path]) => path);
}

function isPartitionWithin(relation: Relation, catalog: Catalog): boolean {
  const parent = relation.parent ? catalog.relations.get(relation.parent) : undefined;
  if (!parent) return false;
  return parent.schema === relation.schema || isPartitionWithin(parent, catalog);
}

function holdTable(
  { path, fields = [] }: Alternative,
  catalog: Catalog,
  seen: Map<string, Shape>,
): HeldTable {
  const columns = catalog.relations.get(path)?.columns ?? new Map<string, Shape>();
  const all = fields.length === 1 && fields[0] === "*";
  const named: readonly Field[] = all ? [...columns.keys()] : fields;
  return {
    path,
    isRead: fields.length > 0,
    fields: named.map((field) => ({
      optional: isOptional(field),
      alternatives: namesOf(field).map((named) => {
        const stated = statedOf(named);
        const actual = columns.get(named.name);
        const key = JSON.stringify([path, named.name, stated.type]);
        // The size and definition of another type say nothing about the one that is stated.
        if (actual && (stated.type ?? actual.type) === actual.type) seen.set(key, actual);
        return { name: named.name, required: { ...seen.get(key), ...stated } };
      }),
    })),
  };
}

/** K8: what is stated stays as stated, the rest is what the column has, or had when it was last there. */

function statedOf({ type, min_length, is_nullable }: NamedField): Shape {
  return {
    ...(type === undefined ? {} : statedShape(type)),
    ...(min_length === undefined ? {} : { length: min_length }),
    ...(is_nullable === undefined ? {} : { nullable: is_nullable }),
  };
}

/** K9: met if optional, or if one of the alternatives lacks nothing; otherwise what all of them lack. */
function judge(match: HeldMatch, stakeholder: string, catalog: Catalog): Finding[] {
  if (match.optional) return [];
  const lacks = match.alternatives.map((table) => judgeTable(table, stakeholder, catalog));
  return lacks.some((findings) => findings.length === 0) ? [] : lacks.flat();
}

function judgeTable(table: HeldTable, stakeholder: string, catalog: Catalog): Finding[] {
  const { path } = table;
  const relation = catalog.relations.get(path);
  if (!relation) {
    const schemaExists = catalog.schemas.has(partsOf(path).schema);
    if (schemaExists && partsOf(path).name === "*") return [];
    return [{ path, field: null, problems: [schemaExists ? "missing table" : "missing schema"] }];
  }
  const findings = table.fields.flatMap((field) => judgeField(field, path, relation));
  if (table.isRead && hidesRows(relation, stakeholder)) {
    findings.push({ path, field: null, problems: ["row security"] });
  }
  return findings;
}

function judgeField(field: HeldField, path: string, relation: Relation): Finding[] {
  if (field.optional) return [];
  const findings = field.alternatives.map(({ name, required }): Finding => {
    const actual = relation.columns.get(name);
    const problems = actual ? differences(required, actual) : (["missing column"] as const);
    return { path, field: name, problems };
  });
  return findings.some(({ problems }) => problems.length === 0) ? [] : findings;
}

/** F24: row security is on, and no policy lets the stakeholder read. */
function hidesRows(relation: Relation, stakeholder: string): boolean {
  const lets = relation.policies.some(
    ({ permissive, command, roles }) =>
      permissive &&
      (command === "ALL" || command === "SELECT") &&
      (roles.includes("public") || roles.includes(stakeholder)),
  );
  return relation.rowSecurity && !lets;
}
