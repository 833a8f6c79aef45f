import { afterAll, beforeAll, expect, test } from "vitest";
import { PositionKeeper } from "../../relay/registry/position.ts";
import { isInterruption } from "../../relay/stream/interruption.ts";
import { DeliveryStage } from "./delivery/delivery-stage.ts";
import { until } from "./delivery/fake-sink.ts";

let stage: DeliveryStage;
beforeAll(async () => {
  stage = await DeliveryStage.start();
});
afterAll(() => stage?.stop());

test("a relay whose position another one has moved on begins anew, with a code", async () => {
  await stage.owner.query("INSERT INTO integratedb.relay_position VALUES ('orders', '0/10', 1)");
  let durable = 0x10n;
  const errors: unknown[] = [];
  const keeper = new PositionKeeper(
    stage.pool,
    "orders",
    () => durable,
    (error) => errors.push(error),
  );
  keeper.start({ lsn: 0x10n, revision: 1n }, false);
  await stage.owner.query("UPDATE integratedb.relay_position SET lsn = '0/99'");
  keeper.revised(2n, 0x20n);
  durable = 0x20n;
  let refusal: unknown;
  await until(() => {
    try {
      keeper.confirmed();
    } catch (error) {
      refusal = error;
    }
    return refusal !== undefined;
  });
  expect(refusal).toMatchObject({ code: "IDB4020" });
  expect(isInterruption(refusal)).toBe(true);
  const { rows } = await stage.owner.query("SELECT lsn::text FROM integratedb.relay_position");
  expect(rows).toEqual([{ lsn: "0/99" }]);
  expect(errors).toEqual([]);
});
