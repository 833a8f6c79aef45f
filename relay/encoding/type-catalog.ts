import type { ClientBase, Pool } from "pg";
import type { DerivedType, DerivedTypes } from "./json-form.ts";

/** First OID of what is not built in. */
const FIRST_OF_USERS = 16_384;

/**
 * The arrays and domains of a database, which the stream names by OID only. Every login may read the
 * catalog. A type never becomes another; one that was dropped before it was asked for is unknown, and
 * its values are sent as Postgres's text.
 */
export class TypeCatalog implements DerivedTypes {
  readonly #client: ClientBase | Pool;
  readonly #types = new Map<number, DerivedType | undefined>();
  #hasBuiltIn = false;

  constructor(client: ClientBase | Pool) {
    this.#client = client;
  }

  get(typeId: number): DerivedType | undefined {
    return this.#types.get(typeId);
  }

  /** Whether `learn` would ask the database nothing. */
  knows(typeIds: readonly number[]): boolean {
    return this.#missing(typeIds).length === 0 && this.#hasBuiltIn;
  }

  /** Learns types and what they are made of, before an encoder is compiled with them. */
  async learn(typeIds: readonly number[]): Promise<void> {
    const missing = this.#missing(typeIds);
    if (missing.length === 0 && this.#hasBuiltIn) return;
    const { rows } = await this.#client.query(
      `with recursive
         asked as (
           select oid from pg_catalog.pg_type where oid = any ($1::oid[]) or ($2 and oid < ${FIRST_OF_USERS})
         ),
         -- Of an array its elements, of a domain its base.
         found as (
           select t.oid, t.typelem, t.typbasetype, t.typtype, t.typoutput, t.typdelim
           from pg_catalog.pg_type t join asked using (oid)
           union
           select t.oid, t.typelem, t.typbasetype, t.typtype, t.typoutput, t.typdelim
           from found f
           join pg_catalog.pg_type t on t.oid in (f.typelem, f.typbasetype)
         )
       select f.oid::int8::text as id,
         case f.typtype when 'd' then 'domain' else 'array' end as kind,
         (case f.typtype when 'd' then f.typbasetype else f.typelem end)::int8::text as of,
         coalesce(e.typdelim, ',') as delimiter
       from found f left join pg_catalog.pg_type e on e.oid = f.typelem
       where f.typtype = 'd' or f.typoutput = 'pg_catalog.array_out'::pg_catalog.regproc`,
      [missing, !this.#hasBuiltIn],
    );
    for (const typeId of missing) this.#types.set(typeId, undefined);
    for (const { id, kind, of, delimiter } of rows) {
      const type: DerivedType =
        kind === "domain"
          ? { kind, base: Number(of) }
          : { kind: "array", element: Number(of), delimiter };
      this.#types.set(Number(id), type);
    }
    this.#hasBuiltIn = true;
  }

  #missing(typeIds: readonly number[]): number[] {
    return typeIds.filter((typeId) => typeId >= FIRST_OF_USERS && !this.#types.has(typeId));
  }
}
