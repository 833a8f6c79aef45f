import { RelayStage } from "../../test/relay/relay-stage.ts";

/** Rows in the stream, in transactions of ten, each of about 200 bytes. */
export const rowCount = 200_000;

/** A database whose slot stands before many rows; each measurement reads a copy of the slot. */
export class StreamStage {
  readonly stage: RelayStage;
  #copies = 0;

  private constructor(stage: RelayStage) {
    this.stage = stage;
  }

  /** @param channels of the one notification on the table */
  static async start(
    version: number,
    channels: Readonly<Record<string, object>>,
  ): Promise<StreamStage> {
    const stage = await RelayStage.start(version, { settings: { max_replication_slots: "40" } });
    await stage.sql(
      "CREATE TABLE reading (id bigint PRIMARY KEY, sensor text, note text, at timestamptz DEFAULT now())",
    );
    await stage.stakeholder("bench", "public.reading");
    await stage.notify(
      "readings",
      { match: [{ path: "public.reading", events: ["*"], fields: ["*"] }], channels },
      "bench",
    );
    // The first start makes the slot and notes where it stands.
    const relay = await stage.relay();
    await relay.ready();
    await relay.end();
    return new StreamStage(stage);
  }

  async insertRows(): Promise<void> {
    await this.stage.sql(`DO $$ BEGIN
      FOR each IN 0..${rowCount / 10 - 1} LOOP
        INSERT INTO reading SELECT each * 10 + i, 'sensor-' || i, repeat('x', 150) FROM generate_series(0, 9) i;
        COMMIT;
      END LOOP;
    END $$`);
  }

  /** A slot that stands where the first one does, for one measurement. */
  async copySlot(): Promise<string> {
    const name = `bench_${++this.#copies}`;
    await this.stage.sql(
      `SELECT pg_copy_logical_replication_slot('integratedb', '${name}')`,
      `INSERT INTO integratedb.relay_position (slot_name, lsn, revision)
       SELECT '${name}', lsn, revision FROM integratedb.relay_position WHERE slot_name = 'integratedb'`,
      "UPDATE integratedb.lane SET accepted_lsn = NULL, accepted_index = NULL",
      "TRUNCATE integratedb.spool",
    );
    return name;
  }

  /** A reader that was killed may still have the slot for a moment. */
  async dropSlot(name: string): Promise<void> {
    await this.stage.sql(
      `DO $$ BEGIN
         WHILE EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '${name}' AND active) LOOP
           PERFORM pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '${name}';
           PERFORM pg_sleep(0.05);
         END LOOP;
       END $$`,
      `SELECT pg_drop_replication_slot('${name}')`,
      `DELETE FROM integratedb.relay_position WHERE slot_name = '${name}'`,
    );
  }
}
