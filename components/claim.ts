import * as pulumi from "@pulumi/pulumi";
import { ClaimResource } from "../provider/claim.ts";
import { documentMatch, type MatchArgs, specMatch } from "./match.ts";
import type { Stakeholder } from "./stakeholder.ts";

/** Arguments of `Claim`. Either `match` or `document` is needed. */
export interface ClaimArgs {
  /** The stakeholder that depends on what the claim covers. */
  readonly stakeholder: Stakeholder;
  /**
   * Name of the claim, unique for its stakeholder; messages to authors of migrations show it.
   * @default the name of the resource
   */
  readonly name?: pulumi.Input<string>;
  /**
   * The tables and columns that the stakeholder depends on.
   * @example [{ path: "public.customers", fields: ["id", { name: "email", type: "text" }] }]
   */
  readonly match?: pulumi.Input<pulumi.Input<MatchArgs>[]>;
  /**
   * The same as a document of the original format (`min_length`, `is_nullable`), as an object or
   * as JSON text.
   * @example fs.readFileSync("reporter-orders.json", "utf8")
   */
  readonly document?: pulumi.Input<string | object>;
  /**
   * Whether a claim of this name that is there already is replaced.
   * @default the one of the stakeholder, else false
   */
  readonly adopt?: pulumi.Input<boolean>;
}

/** What a claim covers of one column. */
export interface ClaimedColumn {
  /** Type with its length or precision, as `character varying(20)`. */
  readonly type?: string;
  readonly nullable?: boolean;
}

/**
 * What a stakeholder depends on: its role can read it, and no migration that is validated takes
 * it away or changes its shape. It is no component but a resource itself, as programs have many.
 *
 * @example
 * new integratedb.Claim("reporter-orders", {
 *   stakeholder: reporter,
 *   match: [{ path: "public.orders", fields: ["*"] }],
 * });
 */
export class Claim extends ClaimResource {
  /** What the claim covers, by `schema.table.column`. A table without fields stands alone. */
  declare readonly columns: pulumi.Output<Record<string, ClaimedColumn>>;

  constructor(name: string, args: ClaimArgs, opts: pulumi.CustomResourceOptions = {}) {
    const { stakeholder, match, document } = args;
    if ((match === undefined) === (document === undefined)) {
      const problem = `IDB1201 claim ${name}: give either \`match\` or \`document\`.`;
      throw new pulumi.ResourceError(problem, undefined, true);
    }
    const { deletedWith } = stakeholder;
    const inputs = {
      connection: stakeholder.connection,
      stakeholder: stakeholder.name,
      name: args.name ?? name,
      match: document === undefined ? specMatch(match) : documentMatch(document, name),
      adopt: args.adopt ?? stakeholder.adopt,
    };
    super(name, inputs, { ...(deletedWith === undefined ? {} : { deletedWith }), ...opts });
    stakeholder.remember(inputs.name, this.columns);
  }
}
