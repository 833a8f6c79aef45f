import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { channelForm, secretOptions } from "../../provider/runtime/channel-form.ts";
import { closePools } from "../../provider/runtime/connection.ts";
import { database } from "../../provider/runtime/v1/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { type Shop, withShop } from "./shop.ts";

let postgres: Postgres;
let shop: Shop;

beforeAll(async () => {
  postgres = await startPostgres(14);
  shop = await withShop(postgres);
  await database.create({ connection: shop.url });
});
afterAll(async () => {
  await closePools();
  await postgres.stop();
});

interface Option {
  readonly type: string;
  readonly option: string;
  readonly kind: string;
  readonly required: boolean;
  readonly default_value: string | null;
}

/** The form's options, as the engine lists its own. */
function formOptions(): Omit<Option, "kind">[] {
  const schema = z.toJSONSchema(channelForm(z.string())) as {
    oneOf: {
      properties: Record<string, { const?: string; description?: string }>;
      required: string[];
    }[];
  };
  return schema.oneOf.flatMap(({ properties: { type, ...options }, required }) =>
    Object.entries(options).map(([option, { description = "" }]) => ({
      type: type?.const ?? "",
      option,
      required: required.includes(option),
      default_value: /Default: ([a-z0-9]+)\.$/.exec(description)?.[1] ?? null,
    })),
  );
}

test("the options of channels are those that the engine knows, with its defaults", async () => {
  const options = (await shop.sql(
    "select * from integratedb.channel_options()",
  )) as unknown as Option[];
  const comparable = ({ type, option, required, default_value }: Omit<Option, "kind">) =>
    `${type}.${option} ${required ? "required" : (default_value ?? "")}`;
  expect(formOptions().map(comparable).sort()).toEqual(options.map(comparable).sort());
  for (const { option, kind } of options) {
    expect(secretOptions.has(option), option).toBe(kind === "secret" || kind === "secrets");
  }
});
