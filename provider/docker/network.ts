import { type ContainerWish, networksOf, relayLabel } from "./container-form.ts";
import { asked, type Engine, ifThere, statusOf } from "./engine.ts";

/** Networks that every engine has, under names that are no names of networks. */
const builtIn = ["bridge", "host", "none", "default"];

/** Networks that go with a relay. */
export interface RelayNetworks {
  /** Those that were made now. */
  readonly made: readonly string[];
  /** With those that were made for it before. */
  readonly own: readonly string[];
}

/** Makes the networks that are not there. */
export async function makeNetworks(engine: Engine, wish: ContainerWish): Promise<RelayNetworks> {
  const [made, before]: [string[], string[]] = [[], []];
  for (const name of networksOf(wish).filter((each) => !builtIn.includes(each))) {
    const found = await ifThere(() => engine.getNetwork(name).inspect());
    if (found === undefined) {
      const labels = { [relayLabel]: wish.slot };
      await asked(() => engine.createNetwork({ Name: name, Labels: labels }));
      made.push(name);
    } else if (found.Labels?.[relayLabel] === wish.slot) before.push(name);
  }
  return { made, own: [...before, ...made] };
}

/** Removes networks, except where something else is in them by now. */
export async function removeNetworks(engine: Engine, names: readonly string[]): Promise<void> {
  for (const name of names) {
    try {
      await ifThere(() => engine.getNetwork(name).remove());
    } catch (error) {
      if (![403, 409].includes(statusOf(error) ?? 0)) throw error;
      process.stderr.write(`The network ${name} was kept: other containers are in it\n`);
    }
  }
}
