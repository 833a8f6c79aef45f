import { columnsOf, pathOf, tableCount } from "./tables.ts";

const stakeholderCount = 20;

export const stakeholders = Array.from({ length: stakeholderCount }, (_, n) => `stakeholder_${n}`);

/** A claim as put_claim takes it. */
export interface BenchClaim {
  readonly stakeholder: string;
  readonly name: string;
  readonly spec: { readonly match: readonly unknown[] };
}

/**
 * The claims, numbered from 0: each is on all columns of one table, 20 on average. Half of them are
 * wildcards; half name the columns, and state the type of every fourth. Past a thousand, several
 * stakeholders claim the same tables.
 */
export function claim(number: number): BenchClaim {
  const round = Math.floor(number / tableCount);
  const table = number % tableCount;
  const isWildcard = (number + round) % 2 === 1;
  const fields = isWildcard
    ? ["*"]
    : columnsOf(table).map(([name], index) => field(table, name, index));
  return {
    stakeholder: stakeholders[(number + 7 * round) % stakeholderCount] ?? "",
    name: `claim-${number}`,
    spec: { match: [{ path: pathOf(table), fields }] },
  };
}

function field(table: number, name: string, index: number): unknown {
  if (index % 4 !== 3) return name;
  const definition = columnsOf(table)[index]?.[1] ?? "";
  return { name, type: definition.replace(/ not null$/, "") };
}
