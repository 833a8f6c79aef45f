import { Option } from "commander";
import { generateRelayKey } from "../../provider/runtime/seal.ts";
import { IntegrateDbError } from "../../sql/index.ts";
import type { DatabaseCommand } from "../command.ts";
import { requireRegistry } from "../registry-access.ts";
import { relayKeyIn } from "../relay-key.ts";

export const keygen: DatabaseCommand = {
  name: "keygen",
  summary: "make the relay's key, where there is none",
  description:
    "Makes a pair of keys for the relay: the public half goes to the database, and secrets of " +
    "channels are sealed to it; the private half is printed on the standard output, this once, and " +
    "kept nowhere. A Database of Pulumi makes a key by itself. For the engine's owner.",
  jsonShape: '{"publicKey": string, "privateKey": string}',
  options: [
    new Option(
      "--replace",
      "replace a key that is set: secrets that were sealed to it cannot be opened any more, so put " +
        "every notification that has some again (pulumi refresh, then pulumi up)",
    ),
  ],
  runsIn: "transaction",
  async work(client, { replace }) {
    await requireRegistry(client, "set_relay_key");
    const present = await relayKeyIn(client);
    if (present !== undefined && !replace) {
      throw new IntegrateDbError("IDB1304", "The database has a relay key already.", {
        found: present,
      });
    }
    const { publicKey, privateKey } = generateRelayKey();
    await client.query("select integratedb.set_relay_key($1)", [publicKey]);
    return { json: { publicKey, privateKey }, text: privateKey, exit: "ok" };
  },
};
