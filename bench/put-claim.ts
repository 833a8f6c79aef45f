import type pg from "pg";
import { claim } from "./claims.ts";
import { type Figure, figure } from "./figure.ts";
import { note } from "./progress.ts";
import type { Registry } from "./registry.ts";
import { columnsOf, pathOf } from "./tables.ts";
import { elapsed, sideBySide } from "./timing.ts";

const registered = 1_000;

/**
 * A claim on the 20 columns of a table, beside what somebody would type who does the same by hand:
 * one GRANT, and a row that says who reads what.
 */
export async function putClaimFigures(registry: Registry): Promise<Figure[]> {
  note("put_claim");
  const { client } = registry;
  await client.query("create role by_hand; create table public.by_hand (name text, spec jsonb)");
  let next = registered;
  const added = await sideBySide(
    15,
    () => elapsed(() => grantByHand(client, next % registered)),
    () => elapsed(() => put(client, next++)),
  );
  const again = await sideBySide(
    15,
    () => elapsed(() => grantByHand(client, 0)),
    () => elapsed(() => put(client, 0)),
  );
  await client.query("drop owned by by_hand; drop role by_hand; drop table public.by_hand");
  for (let number = registered; number < next; number++) {
    const { stakeholder, name } = claim(number);
    await client.query("select integratedb.delete_claim($1, $2)", [stakeholder, name]);
  }
  const unit = "ms";
  return [
    figure({ name: "put_claim, a new one beside 1,000", unit, ...added }),
    figure({ name: "put_claim, the same again, of 1,000", unit, ...again }),
  ];
}

async function put(client: pg.Client, number: number): Promise<void> {
  const { stakeholder, name, spec } = claim(number);
  await client.query("select integratedb.put_claim($1, $2, $3)", [stakeholder, name, spec]);
}

async function grantByHand(client: pg.Client, table: number): Promise<void> {
  const columns = columnsOf(table).map(([name]) => name);
  await client.query("begin");
  await client.query(`grant select (${columns.join(", ")}) on ${pathOf(table)} to by_hand`);
  await client.query("insert into public.by_hand values ($1, $2)", [pathOf(table), { columns }]);
  await client.query("commit");
}
