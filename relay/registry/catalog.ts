import type { Pool } from "pg";
import type { DerivedType, DerivedTypes } from "../encoding/json-form.ts";
import type { Relation } from "../stream/change-handler.ts";

/** What the stream does not say of tables and types, asked of the database. */
export class Catalog implements DerivedTypes {
  readonly #pool: Pool;
  readonly #types = new Map<number, DerivedType>();
  /** Types that were asked for, also those that are made of no other. */
  readonly #asked = new Set<number>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  get(typeId: number): DerivedType | undefined {
    return this.#types.get(typeId);
  }

  /** The columns of the primary key, in a table that sends whole rows; else the stream says enough. */
  async primaryKeyOf({ id, replicaIdentity }: Relation): Promise<readonly string[]> {
    if (replicaIdentity !== "f") return [];
    const { rows } = await this.#pool.query<{ name: string }>(
      `select a.attname::text as name
       from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
       where i.indrelid = $1 and i.indisprimary`,
      [id],
    );
    return rows.map(({ name }) => name);
  }

  /** Asks for the types of a table's columns that are not known yet, and for what they are made of. */
  async learnTypesOf({ columns }: Relation): Promise<void> {
    const unknown = columns.map(({ typeId }) => typeId).filter((id) => !this.#asked.has(id));
    if (unknown.length > 0) await this.#learn(unknown);
  }

  async #learn(ids: readonly number[]): Promise<void> {
    const { rows } = await this.#pool.query<TypeRow>(
      `with recursive made as (
         select unnest($1::oid[]) as id
         union
         select coalesce(nullif(t.typbasetype, 0), t.typelem)
         from made m join pg_type t on t.oid = m.id
         where t.typtype = 'd' or t.typoutput = 'array_out'::regproc
       )
       select m.id, nullif(t.typbasetype, 0) as base,
         case when t.typoutput = 'array_out'::regproc then t.typelem end as element,
         coalesce(e.typdelim, ',')::text as delimiter
       from made m
       left join pg_type t on t.oid = m.id
       left join pg_type e on e.oid = t.typelem`,
      [ids],
    );
    for (const { id, base, element, delimiter } of rows) {
      this.#asked.add(id);
      if (base !== null) this.#types.set(id, { kind: "domain", base });
      else if (element !== null) this.#types.set(id, { kind: "array", element, delimiter });
    }
  }
}

interface TypeRow {
  readonly id: number;
  readonly base: number | null;
  readonly element: number | null;
  readonly delimiter: string;
}
