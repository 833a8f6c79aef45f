import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { NotifiedShop, notify } from "./notified-shop.ts";

interface Shape {
  readonly name: string;
  /** Makes the table `t` with the columns `id`, `part` and `note`. */
  readonly sql: string;
  readonly min?: number;
}

const plain = "create table t (id int not null, part int not null default 1, note text";
const parts = `create table t_1 partition of t for values in (1); create table t_2 (note text, part int not null, id int not null)`;
const shapes: readonly Shape[] = [
  { name: "a key", sql: `${plain}, primary key (id))` },
  { name: "a key of two columns", sql: `${plain}, primary key (part, id))` },
  { name: "a deferrable key", sql: `${plain}, primary key (id) deferrable)` },
  { name: "no key", sql: `${plain})` },
  { name: "identity full", sql: `${plain}); alter table t replica identity full` },
  {
    name: "identity full beside a key",
    sql: `${plain}, primary key (id)); alter table t replica identity full`,
  },
  {
    name: "identity nothing",
    sql: `${plain}, primary key (id)); alter table t replica identity nothing`,
  },
  {
    name: "an index as identity",
    sql: `${plain}, primary key (id)); create unique index t_i on t (part, id); alter table t replica identity using index t_i`,
  },
  {
    name: "an index as identity that is gone",
    sql: `${plain}); create unique index t_i on t (id); alter table t replica identity using index t_i; drop index t_i`,
  },
  {
    name: "a generated column",
    sql: `${plain}, twice int generated always as (id * 2) stored, primary key (id))`,
  },
  {
    name: "a generated column in the key",
    sql: `${plain}, twice int generated always as (id * 2) stored, primary key (twice))`,
  },
  {
    name: "a generated column and identity full",
    sql: `${plain}, twice int generated always as (id * 2) stored); alter table t replica identity full`,
  },
  {
    name: "a virtual column",
    min: 18,
    sql: `${plain}, twice int generated always as (id * 2) virtual, primary key (id))`,
  },
  {
    name: "a virtual column and identity full",
    min: 18,
    sql: `${plain}, twice int generated always as (id * 2) virtual, primary key (id)); alter table t replica identity full`,
  },
  {
    name: "partitions with the key of their root",
    sql: `${plain}, primary key (id, part)) partition by list (part); ${parts}; alter table t attach partition t_2 for values in (2)`,
  },
  {
    name: "partitions without a key",
    sql: `${plain}) partition by list (part); ${parts}; alter table t attach partition t_2 for values in (2)`,
  },
  {
    name: "a partition with identity full",
    sql: `${plain}, primary key (id, part)) partition by list (part); ${parts}; alter table t attach partition t_2 for values in (2); alter table t_2 replica identity full`,
  },
  {
    name: "a partition with identity nothing",
    sql: `${plain}, primary key (id, part)) partition by list (part); ${parts}; alter table t attach partition t_2 for values in (2); alter table t_1 replica identity nothing`,
  },
  {
    name: "partitions with identity full and no key",
    sql: `${plain}) partition by list (part); ${parts}; alter table t attach partition t_2 for values in (2); alter table t replica identity full; alter table t_1 replica identity full; alter table t_2 replica identity full`,
  },
  {
    name: "a partition with an index of its own as identity",
    sql: `${plain}, primary key (id, part)) partition by list (part); ${parts}; alter table t attach partition t_2 for values in (2); create unique index t_2_i on t_2 (id); alter table t_2 replica identity using index t_2_i`,
  },
];

const eventSets = [["*"], ["INSERT"], ["INSERT", "UPDATE", "DELETE"]];
const conditions = [
  undefined,
  { id: { gte: 1 } },
  { note: "a" },
  [{ id: 1 }, { part: { in: [1, 2] } }],
];
const fieldSets = [["*"], ["note"]];

describe.each(postgresVersions())(
  "writers of a table with notifications, on Postgres %i",
  (version) => {
    let postgres: Postgres;
    let shop: NotifiedShop;

    beforeAll(async () => {
      postgres = await startPostgres(version);
      shop = await NotifiedShop.open(postgres);
    });
    afterAll(async () => {
      await shop.close();
      await postgres.stop();
    });

    /** A write of each kind, in a transaction that ends as it began. */
    const write = () =>
      shop.owner.query(`
      savepoint writing;
      insert into t (id, part, note) values (1, 1, 'a'), (2, 2, 'b');
      update t set note = 'c';
      update t set id = id + 10, note = null;
      update t set part = 3 - part;
      delete from t;
      truncate t;
      rollback to writing`);

    for (const shape of shapes.filter(({ min = 0 }) => version >= min)) {
      test(`whatever is put, a table with ${shape.name} can be written to (F27, R8)`, async () => {
        await shop.owner.query("begin");
        await shop.owner.query(shape.sql);
        await shop.claim("t", "public.t");
        let accepted = 0;
        for (const events of eventSets) {
          for (const where of conditions) {
            for (const fields of fieldSets) {
              const spec = notify(
                "public.t",
                fields,
                where === undefined ? { events } : { events, where },
              );
              await shop.owner.query("savepoint putting");
              const name = `n${accepted % 3}`;
              try {
                await shop.put(name, spec);
                accepted++;
              } catch (error) {
                expect(error).toMatchObject({ code: "P0001", detail: "IDB2104" });
                await shop.owner.query("rollback to putting");
                continue;
              }
              await write();
            }
          }
        }
        // Inserts can be told of every table.
        expect(accepted).toBeGreaterThanOrEqual(conditions.length * fieldSets.length);
        await shop.owner.query("rollback");
      });
    }
  },
);
