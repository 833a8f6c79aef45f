import { RelayStage } from "../../test/relay/relay-stage.ts";
import { SlotCopies } from "./slot-copies.ts";

/** Rows in the stream, in transactions of ten, each of about 200 bytes. */
export const rowCount = 200_000;

/** A database whose slot stands before many rows. */
export class StreamStage {
  readonly stage: RelayStage;
  readonly slots: SlotCopies;

  private constructor(stage: RelayStage, slots: SlotCopies) {
    this.stage = stage;
    this.slots = slots;
  }

  static async start(version: number): Promise<StreamStage> {
    const stage = await RelayStage.start(version, { settings: { max_replication_slots: "40" } });
    await stage.sql(
      "CREATE TABLE reading (id bigint PRIMARY KEY, sensor text, note text, at timestamptz DEFAULT now())",
    );
    await stage.stakeholder("bench", "public.reading");
    await notify(stage, { nowhere: { type: "webhook", url: "http://127.0.0.1:1" } });
    return new StreamStage(stage, await SlotCopies.start(stage));
  }

  /** URL of the database as the relay's login. */
  get relayUrl(): string {
    return this.stage.settings()["INTEGRATEDB_RELAY_DATABASE_URL"] ?? "";
  }

  /** From now on copies of the slot lead to this channel alone. */
  deliverTo(channel: object): Promise<void> {
    return notify(this.stage, { sink: channel });
  }

  async insertRows(): Promise<void> {
    await this.stage.sql(`DO $$ BEGIN
      FOR each IN 0..${rowCount / 10 - 1} LOOP
        INSERT INTO reading SELECT each * 10 + i, 'sensor-' || i, repeat('x', 150) FROM generate_series(0, 9) i;
        COMMIT;
      END LOOP;
    END $$`);
  }
}

function notify(stage: RelayStage, channels: Readonly<Record<string, object>>): Promise<void> {
  const match = [{ path: "public.reading", events: ["*"], fields: ["*"] }];
  return stage.notify("readings", { match, channels }, "bench");
}
