import { heapFlags } from "../../scripts/build-relay.ts";
import type { RelayProcess } from "../../test/relay/relay-process.ts";
import type { StreamStage } from "./stream-stage.ts";

/** Starts the relay as its image does. */
export function startRelay(
  { stage }: StreamStage,
  slot: string,
  program: string,
): Promise<RelayProcess> {
  return stage.relay({ INTEGRATEDB_RELAY_SLOT: slot }, { program, nodeOptions: heapFlags });
}
