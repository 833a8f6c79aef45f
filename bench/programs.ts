import * as pulumi from "@pulumi/pulumi";
import type * as Package from "../components/index.ts";
import { claim } from "./claims.ts";

/** A database, a stakeholder and many claims, each on the columns of a table of its own. */
export function programOfClaims(
  { Claim, Database, Stakeholder }: typeof Package,
  url: string,
  claims: number,
): () => Promise<void> {
  return async () => {
    const database = new Database("shop", { connection: pulumi.secret(url) });
    const stakeholder = new Stakeholder("reporter", { database });
    for (let number = 0; number < claims; number++) {
      const { name, spec } = claim(number);
      new Claim(name, { stakeholder, document: spec });
    }
  };
}

const doesNothing: pulumi.dynamic.ResourceProvider = {
  async create() {
    return { id: "nothing", outs: {} };
  },
};

class Nothing extends pulumi.dynamic.Resource {}

/** As many dynamic resources that do nothing. */
export function programOfNothing(resources: number): () => Promise<void> {
  return async () => {
    for (let number = 0; number < resources; number++) {
      new Nothing(doesNothing, `nothing-${number}`, {});
    }
  };
}
