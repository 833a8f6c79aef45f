import { seal as sealed } from "../../provider/runtime/seal.ts";
import { IntegrateDbError } from "../../sql/index.ts";
import type { DatabaseCommand } from "../command.ts";
import { requireRegistry } from "../registry-access.ts";
import { relayKeyIn } from "../relay-key.ts";
import type { Terminal } from "../terminal.ts";

export const seal: DatabaseCommand = {
  name: "seal",
  summary: "seal a secret for the options of a channel",
  description:
    "Reads a secret from the standard input, up to its end and without a line break there, and " +
    "prints it sealed to the relay's key, as it stands in a spec: only the relay can open it, so it " +
    "may be kept in a file. Changes nothing. For the engine's owner and its operators.",
  jsonShape: '{"sealed": string}',
  runsIn: "readOnly",
  async work(client, _options, terminal) {
    await requireRegistry(client, "relay_key");
    const key = await relayKeyIn(client);
    if (key === undefined) {
      throw new IntegrateDbError("IDB2110", "The database has no relay key to seal a secret to.");
    }
    const json = { sealed: sealed(await secretOf(terminal), key) };
    return { json, text: JSON.stringify(json), exit: "ok" };
  },
};

async function secretOf({ stdin }: Terminal): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  const secret = Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
  if (secret === "") throw new IntegrateDbError("IDB1305", "There is no secret on the input.");
  return secret;
}
