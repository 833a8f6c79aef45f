import type { RelayStage } from "../../test/relay/relay-stage.ts";

/** Copies of a stage's slot, one for each measurement. */
export class SlotCopies {
  readonly #stage: RelayStage;
  #count = 0;

  private constructor(stage: RelayStage) {
    this.#stage = stage;
  }

  /** Lets a relay make the slot, and note where it stands. */
  static async start(stage: RelayStage): Promise<SlotCopies> {
    const relay = await stage.relay();
    await relay.ready();
    await relay.end();
    return new SlotCopies(stage);
  }

  /** A slot that stands where another one does, for a relay that knows the registry as it is now. */
  async copy(from = "integratedb"): Promise<string> {
    const name = `bench_${++this.#count}`;
    await this.#stage.sql(
      `SELECT pg_copy_logical_replication_slot('${from}', '${name}')`,
      `INSERT INTO integratedb.relay_position (slot_name, lsn, revision)
       SELECT slot_name, confirmed_flush_lsn, revision
       FROM pg_replication_slots, integratedb.routing WHERE slot_name = '${name}'`,
      "UPDATE integratedb.lane SET accepted_lsn = NULL, accepted_index = NULL",
      "TRUNCATE integratedb.spool",
    );
    return name;
  }

  /** A slot that stands behind all that was written. */
  async copyHere(): Promise<string> {
    const name = await this.copy();
    await this.#stage.sql(
      `SELECT pg_replication_slot_advance('${name}', pg_current_wal_lsn())`,
      `UPDATE integratedb.relay_position p SET lsn = s.confirmed_flush_lsn
       FROM pg_replication_slots s WHERE s.slot_name = '${name}' AND p.slot_name = s.slot_name`,
    );
    return name;
  }

  /** Waits until somebody reads the slot. */
  async whenRead(name: string): Promise<void> {
    await this.#stage.sql(`DO $$ BEGIN
      WHILE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '${name}' AND active) LOOP
        PERFORM pg_sleep(0.05);
      END LOOP;
    END $$`);
  }

  /** A reader that was killed may still have the slot for a moment. */
  async drop(name: string): Promise<void> {
    await this.#stage.sql(
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
