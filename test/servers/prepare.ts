import { containerSupply } from "./container-supply.ts";
import { kafkaSupply } from "./kafka.ts";
import { kubernetesSupply } from "./kubernetes.ts";
import { motoSupply } from "./moto.ts";
import { natsSupply } from "./nats.ts";
import { rabbitmqSupply } from "./rabbitmq.ts";
import { redisSupply } from "./redis.ts";
import { missingVariable, ServerMissing, supplied } from "./supply.ts";
import { systemdSupply } from "./systemd.ts";
import { tomlSupply } from "./toml.ts";
import { vaultSupply } from "./vault.ts";

const supplies = [
  redisSupply,
  natsSupply,
  rabbitmqSupply,
  kafkaSupply,
  motoSupply,
  vaultSupply,
  kubernetesSupply,
  containerSupply,
  systemdSupply,
  tomlSupply,
];

/**
 * Finds or installs every optional server and says which can be had.
 *
 * @returns environment that spares the tests a second try at what is missing
 */
export async function prepareServers(): Promise<Record<string, string>> {
  const missing: Record<string, string> = {};
  for (const supply of supplies) {
    try {
      const found = await supplied<unknown>(supply);
      console.log(`ok     ${supply.name}${found === "container" ? " (in a container)" : ""}`);
    } catch (error) {
      if (!(error instanceof ServerMissing)) throw error;
      console.log(`NOT HERE  ${error.message}`);
      missing[supply.name] = error.why;
    }
  }
  return { [missingVariable]: JSON.stringify(missing) };
}
