import { heapFlags } from "../../scripts/build-relay.ts";
import type { RelayProcess } from "../../test/relay/relay-process.ts";
import type { StreamStage } from "./stream-stage.ts";

/** Starts the relay as its image does. */
export function startRelay(
  { stage }: StreamStage,
  slot: string,
  program: string,
): Promise<RelayProcess> {
  const environment = { INTEGRATEDB_RELAY_SLOT: slot, MALLOC_ARENA_MAX: "1" };
  return stage.relay(environment, { program, nodeOptions: heapFlags });
}
