import type Docker from "dockerode";
import { IntegrateDbError } from "../../sql/errors.ts";
import {
  type ContainerWish,
  networksOf,
  optionsOf,
  relayLabel,
  stopSeconds,
} from "./container-form.ts";
import { asked, type Engine, ifThere } from "./engine.ts";
import { archiveOf, secretFolder, withSecretFiles } from "./secret-files.ts";

/**
 * Makes a container that is not started yet, with its secrets in it.
 *
 * @throws IntegrateDbError IDB1405 the name is taken, after having removed what was made
 */
export async function makeContainer(
  engine: Engine,
  wish: ContainerWish,
  name: string,
): Promise<Docker.Container> {
  const container = await asked(() => engine.createContainer(optionsOf(wish, name))).catch(
    async (error: unknown) => {
      // Engines say it with different states.
      await refuseTaken(engine, name);
      throw error;
    },
  );
  try {
    const { files } = withSecretFiles(wish.environment);
    await asked(() => container.putArchive(archiveOf(files), { path: secretFolder }));
    for (const network of networksOf(wish).slice(1)) {
      await asked(() => engine.getNetwork(network).connect({ Container: container.id }));
    }
    return container;
  } catch (error) {
    await removeContainer(container);
    throw error;
  }
}

/** @throws IntegrateDbError IDB1405 there is a container of that name */
export async function refuseTaken(engine: Engine, name: string): Promise<void> {
  const found = await ifThere(() => engine.getContainer(name).inspect());
  if (found === undefined) return;
  throw new IntegrateDbError("IDB1405", `There is a container ${name} already.`);
}

/** Removes it with its secrets, in whichever state it is; nothing where it is gone. */
export async function removeContainer(container: Docker.Container): Promise<void> {
  // To remove it by force, one engine kills it, and another one gives it its time to stop.
  await ifThere(() => container.kill()).catch(() => undefined);
  await ifThere(() => container.remove({ force: true, v: true }));
}

/** Asks it to end, and gives it the time to deliver what is under way. */
export async function stopContainer(
  container: Docker.Container,
  wish: ContainerWish,
): Promise<void> {
  await ifThere(() => container.stop({ t: stopSeconds(wish) }));
}

/** Removes a container of that name that an attempt which was cut off has left behind. */
export async function removeLeftover(
  engine: Engine,
  name: string,
  { slot }: ContainerWish,
): Promise<void> {
  const found = await ifThere(() => engine.getContainer(name).inspect());
  if (found?.Config.Labels?.[relayLabel] === slot) {
    await removeContainer(engine.getContainer(found.Id));
  }
}
