import { afterAll, beforeAll, expect, test } from "vitest";
import { lagField } from "../../components/relay/ecs-lag-alarm.ts";
import { until } from "./delivery/fake-sink.ts";
import { RelayStage } from "./relay-stage.ts";

let stage: RelayStage;
beforeAll(async () => {
  stage = await RelayStage.start();
});
afterAll(() => stage?.stop());

test("the relay that reads says in its log how much the slot holds, as alarms on the log expect", async () => {
  const reads = await stage.relay();
  await reads.ready();
  const waits = await stage.relay();
  await waits.ready("waiting");
  const told = ({ log }: { log: string }) =>
    log
      .split("\n")
      .filter((line) => line.includes(lagField))
      .map((line) => JSON.parse(line)[lagField] as unknown);
  await until(() => told(reads).length > 0);
  expect(told(reads)).toEqual([expect.any(Number)]);
  expect(told(waits)).toEqual([]);
});
