import { expect } from "vitest";
import { freePort } from "../free-port.ts";
import { walkThrough } from "./walk-through.ts";

await walkThrough("docs/tutorial.md", async ({ run }) => {
  const address = `127.0.0.1:${await freePort()}`;
  for (const command of [
    `export INTEGRATEDB_RELAY_LISTEN=${address}`,
    `export INTEGRATEDB_RELAY_URL=http://${address}`,
  ]) {
    expect(await run(command)).toMatchObject({ code: 0 });
  }
});
