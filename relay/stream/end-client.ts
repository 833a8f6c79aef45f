import type { Client } from "pg";

/** Milliseconds. */
const patience = 2_000;

/** Says good-bye, and does not wait long for a server that may be gone without having said so. */
export async function endClient(client: Client): Promise<void> {
  const tooLong = setTimeout(() => client.connection.stream.destroy(), patience);
  await client.end().catch(() => undefined);
  clearTimeout(tooLong);
}
