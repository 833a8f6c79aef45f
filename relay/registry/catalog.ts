import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import type { DerivedType, DerivedTypes } from "../encoding/json-form.ts";
import type { Relation } from "../stream/change-handler.ts";

/** Milliseconds between two looks for what is committed and cannot be seen yet. */
const lookAgain = 5;
/** Milliseconds after which it is taken for what was dropped meanwhile. */
const patience = 1_000;

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

  /**
   * Asks for the types of a table's columns that are not known yet, and for its primary key, which
   * only a table that sends whole rows has to be asked for: else the stream says enough.
   *
   * @returns the names of the primary key's columns
   */
  async describe(relation: Relation): Promise<readonly string[]> {
    const deadline = performance.now() + patience;
    while (!(await this.#isVisible(relation)) && performance.now() < deadline)
      await sleep(lookAgain);
    await this.#learnTypesOf(relation);
    return relation.replicaIdentity === "f" ? this.#primaryKeyOf(relation) : [];
  }

  /** The stream tells of a table a moment before other connections can see it. */
  async #isVisible({ id, columns }: Relation): Promise<boolean> {
    const { rows } = await this.#pool.query<{ is_visible: boolean }>(
      `select exists (select from pg_class c where c.oid = $1)
         and (select count(*) from pg_type t where t.oid = any ($2::oid[])) = $3 as is_visible`,
      [id, columns.map(({ typeId }) => typeId), new Set(columns.map(({ typeId }) => typeId)).size],
    );
    return rows[0]?.is_visible === true;
  }

  async #primaryKeyOf({ id }: Relation): Promise<readonly string[]> {
    const { rows } = await this.#pool.query<{ name: string }>(
      `select a.attname::text as name
       from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
       where i.indrelid = $1 and i.indisprimary`,
      [id],
    );
    return rows.map(({ name }) => name);
  }

  async #learnTypesOf({ columns }: Relation): Promise<void> {
    const unknown = columns.map(({ typeId }) => typeId).filter((id) => !this.#asked.has(id));
    if (unknown.length === 0) return;
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
      [unknown],
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
