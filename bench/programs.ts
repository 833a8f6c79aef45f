import * as pulumi from "@pulumi/pulumi";
import type * as Package from "../components/index.ts";
import { claim } from "./claims.ts";
import { columnsOf, pathOf } from "./tables.ts";

/**
 * A database, a stakeholder and many claims, each on a table of its own.
 *
 * @param columns how many of them each claim names; all, 20 on average, unless given
 */
export function programOfClaims(
  { Claim, Database, Stakeholder }: typeof Package,
  url: string,
  claims: number,
  columns?: number,
): () => Promise<void> {
  return async () => {
    const database = new Database("shop", { connection: pulumi.secret(url) });
    const stakeholder = new Stakeholder("reporter", { database });
    for (let number = 0; number < claims; number++) {
      const { name, spec } = claim(number);
      const fields = columnsOf(number).map(([column]) => column);
      const few = { match: [{ path: pathOf(number), fields: fields.slice(0, columns) }] };
      new Claim(name, { stakeholder, document: columns === undefined ? spec : few });
    }
  };
}

const doesNothing: pulumi.dynamic.ResourceProvider = {
  async create(inputs) {
    return { id: "nothing", outs: inputs };
  },
};

class Nothing extends pulumi.dynamic.Resource {}

/**
 * As many dynamic resources that do nothing.
 *
 * @param url when given, each has the inputs that a claim has in the end, with this as connection
 */
export function programOfNothing(resources: number, url?: string): () => Promise<void> {
  return async () => {
    const connection = pulumi.secret(url);
    for (let number = 0; number < resources; number++) {
      const content = url === undefined ? {} : { connection, ...contentOfClaim(number) };
      new Nothing(doesNothing, `nothing-${number}`, content);
    }
  };
}

function contentOfClaim(number: number): Record<string, unknown> {
  const { name, stakeholder, spec } = claim(number);
  const columns = columnsOf(number).map(([column, definition]) => [
    `${pathOf(number)}.${column}`,
    { type: definition.replace(/ .*$/, ""), nullable: !/not null|primary/.test(definition) },
  ]);
  return { name, stakeholder, match: spec.match, columns: Object.fromEntries(columns) };
}
