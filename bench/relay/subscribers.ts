import { RelayStage } from "../../test/relay/relay-stage.ts";
import { type Figure, figure } from "../figure.ts";
import { note } from "../progress.ts";
import { median } from "../timing.ts";
import { Script } from "./processes.ts";
import { SlotCopies } from "./slot-copies.ts";

const subscribers = 1_000;
const rows = 100_000;
const rounds = 3;

/** What is read for one subscriber of everything, beside as many, each with a condition of its own. */
export async function subscriberFigures(version: number): Promise<Figure[]> {
  const stage = await RelayStage.start(version, { settings: { max_replication_slots: "40" } });
  try {
    const slots = await arranged(stage);
    note(`writing ${rows} rows for one subscriber, and for ${subscribers}`);
    await stage.sql(inserting("one"));
    const between = await slots.copyHere();
    await stage.sql(inserting("many"));
    const one: number[] = [];
    const many: number[] = [];
    for (let round = 0; round < rounds; round++) {
      one.push(await read(stage, slots, await slots.copy()));
      many.push(await read(stage, slots, await slots.copy(between)));
      note(`1 subscriber ${Math.round(one.at(-1) ?? 0)} ms, ${subscribers} ${many.at(-1)} ms`);
    }
    return [
      figure(
        {
          name: `${rows / 1000},000 rows to 1,000 subscribers by condition, beside 1 of all of them`,
          value: median(many) / 1000,
          unit: "s",
          floor: median(one) / 1000,
        },
        { of: "ratio", atMost: 2 },
      ),
    ];
  } finally {
    await stage.stop();
  }
}

/** Two tables of which one has many subscribers, and a slot that was made before their rows. */
async function arranged(stage: RelayStage): Promise<SlotCopies> {
  for (const table of ["one", "many"]) {
    await stage.sql(
      `CREATE TABLE ${table} (id bigint PRIMARY KEY, tenant integer, note text)`,
      `ALTER TABLE ${table} REPLICA IDENTITY FULL`,
    );
  }
  await stage.stakeholder("bench", "public.one", "public.many");
  const hook = { type: "webhook", url: "http://127.0.0.1:1" };
  const all = { events: ["*"], fields: ["*"] };
  await stage.notify(
    "one",
    { match: [{ path: "public.one", ...all }], channels: { hook } },
    "bench",
  );
  const names = Array.from({ length: subscribers }, (_, tenant) => `t${tenant}`);
  const match = names.map((name, tenant) => ({
    path: "public.many",
    ...all,
    where: { tenant },
    channels: [name],
  }));
  const channels = Object.fromEntries(names.map((name) => [name, hook]));
  await stage.notify("many", { match, channels }, "bench");
  return SlotCopies.start(stage);
}

function inserting(table: string): string {
  return `DO $$ BEGIN
    FOR each IN 0..${rows / 10 - 1} LOOP
      INSERT INTO ${table}
      SELECT each * 10 + i, (each * 10 + i) % ${subscribers}, repeat('x', 160) FROM generate_series(0, 9) i;
      COMMIT;
    END LOOP;
  END $$`;
}

async function read(stage: RelayStage, slots: SlotCopies, slot: string): Promise<number> {
  const url = stage.settings()["INTEGRATEDB_RELAY_DATABASE_URL"] ?? "";
  const script = new Script("serialising-session.ts", url, slot, String(rows));
  const { milliseconds = Number.NaN } = await script.answer();
  await script.end();
  await slots.drop(slot);
  return milliseconds;
}
