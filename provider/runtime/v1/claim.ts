import type { dynamic } from "@pulumi/pulumi";
import type pg from "pg";
import { z } from "zod";
import { IntegrateDbError } from "../../../sql/errors.ts";
import { atBoundary } from "../boundary.ts";
import { failureOf, formFailures } from "../check-failures.ts";
import { previewClaim } from "../claim-preview.ts";
import { parseConnection, toIntegrateDbError, transaction } from "../connection.ts";
import { claimDrift, drifted, unlessUninstalled } from "../drift.ts";
import { inputsOf } from "../input-change.ts";
import { changesOf, engineOf } from "../moved-connection.ts";
import { narrowNotifications } from "../narrowed-notifications.ts";
import { spec } from "../spec.ts";
import { hasUnknown, unknownValue } from "../unknown.ts";

const inputNames = ["connection", "stakeholder", "name", "match", "columns", "adopt"] as const;

/** What the resource is given. `columns` is added by `check`. */
const form = z.object({
  connection: z.union([z.string(), z.looseObject({})]),
  stakeholder: z.string().min(1),
  name: z.string().min(1).max(128),
  match: spec.shape.match,
  adopt: z.boolean().optional(),
});

/** Properties of a claim in state: its inputs and, after a refresh that found any, its drift. */
interface Claim extends z.output<typeof form> {
  readonly columns?: unknown;
  /** The engine in which it is, as `engineOf` answers. */
  readonly engine?: string | undefined;
  readonly drift?: readonly string[];
}

/** The claim resource: the columns that it covers are its previewed input `columns`. */
export const claim = atBoundary({
  /** Expands the claim to its columns, or says at which property it cannot be met. */
  async check(_olds: unknown, news: Claim): Promise<dynamic.CheckResult> {
    if (hasUnknown(news)) return { inputs: { ...news, columns: unknownValue } };
    const parsed = form.safeParse(news);
    if (!parsed.success) return { inputs: news, failures: formFailures(parsed.error) };
    try {
      const connection = parseConnection(news.connection);
      const { columns, problems } = await previewClaim(connection, news.stakeholder, {
        match: news.match,
      });
      const failures = problems.map(({ property, code, message }) => ({
        // Only a place in the spec is a property of the resource.
        property: property.startsWith("match[") ? property : "",
        reason: `${code} ${message}`,
      }));
      return { inputs: { ...news, columns }, failures };
    } catch (error) {
      return { inputs: news, failures: [failureOf(toIntegrateDbError(error))] };
    }
  },

  async diff(_id: string, olds: Claim, news: Claim): Promise<dynamic.DiffResult> {
    return changesOf(olds, news, inputNames);
  },

  async create(inputs: Claim): Promise<dynamic.CreateResult> {
    const engine = await transaction(parseConnection(inputs.connection), async (client) => {
      if (!inputs.adopt) await refuseTakeover(client, inputs);
      await put(client, inputs);
      return engineOf(client);
    });
    return { id: `${inputs.stakeholder}/${inputs.name}`, outs: { ...inputs, engine } };
  },

  async update(_id: string, olds: Claim, news: Claim): Promise<dynamic.UpdateResult> {
    const { engine, taken } = await transaction(
      parseConnection(news.connection),
      async (client) => {
        const before = await current(client, olds, news);
        const renamed = before.name !== news.name || before.stakeholder !== news.stakeholder;
        if (renamed && !news.adopt) await refuseTakeover(client, news);
        const taken = await narrowNotifications(client, news, before.name);
        await put(client, news);
        if (renamed) await remove(client, before);
        return { engine: await engineOf(client), taken };
      },
    );
    // The output of a provider is what Pulumi shows beside the update.
    for (const each of taken) process.stderr.write(`${each}\n`);
    return { outs: { ...news, engine } };
  },

  /** Compares the registry and the grants with the state; a claim that is gone has a blank id. */
  async read(id: string, props: Claim): Promise<dynamic.ReadResult> {
    const connection = parseConnection(props.connection);
    const found = await claimDrift(connection, props.stakeholder, props.name, props.match);
    if (found === undefined) return { id: "" };
    const { drift: _, ...known } = props;
    const now = { ...known, columns: found.columns, ...drifted(found.drift) };
    return { id, props: now, inputs: inputsOf(now, [...inputNames, "drift"]) };
  },

  async delete(_id: string, props: Claim): Promise<void> {
    const connection = parseConnection(props.connection);
    await unlessUninstalled(transaction(connection, (client) => remove(client, props)));
  },
});

async function put(client: pg.ClientBase, inputs: Claim): Promise<void> {
  const { stakeholder, name, match } = inputs;
  await client.query("select integratedb.put_claim($1, $2, $3)", [stakeholder, name, { match }]);
}

/** What the claim is called by now: one of a stakeholder that was renamed has gone along. */
async function current(client: pg.ClientBase, olds: Claim, news: Claim): Promise<Claim> {
  const { rowCount } = await client.query(
    `select from integratedb.claims c where c.stakeholder = $1 and c.claim = $3
       and c.spec = $4::jsonb
       and not exists (select from integratedb.stakeholders s where s.stakeholder = $2)`,
    [news.stakeholder, olds.stakeholder, olds.name, { match: olds.match }],
  );
  return rowCount === 0 ? olds : { ...olds, stakeholder: news.stakeholder };
}

async function remove(client: pg.ClientBase, { stakeholder, name }: Claim): Promise<void> {
  await client.query(
    `select integratedb.delete_claim(s.stakeholder, $2)
     from integratedb.stakeholders s where s.stakeholder = $1`,
    [stakeholder, name],
  );
}

/** The same claim again is no conflict: an earlier attempt may have succeeded unnoticed. */
async function refuseTakeover(client: pg.ClientBase, inputs: Claim): Promise<void> {
  const { stakeholder, name, match } = inputs;
  const { rowCount } = await client.query(
    `select from integratedb.claims c
     where c.stakeholder = $1 and c.claim = $2 and c.spec <> $3::jsonb`,
    [stakeholder, name, { match }],
  );
  if (rowCount === 0) return;
  const problem = `${stakeholder} already has a claim ${name} with other content.`;
  throw new IntegrateDbError("IDB1205", problem);
}
