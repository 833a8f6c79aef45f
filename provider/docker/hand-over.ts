import type Docker from "dockerode";
import {
  makeContainer,
  refuseTaken,
  removeContainer,
  removeLeftover,
  stopContainer,
} from "./container.ts";
import { type ContainerWish, needsHostPort } from "./container-form.ts";
import { asked, type Engine } from "./engine.ts";
import { whenReady } from "./readiness.ts";

/** A container that runs, and how it was wished for. */
export interface RunningRelay {
  readonly container: Docker.Container;
  readonly wish: ContainerWish;
}

/** Starts the first container of a relay, and waits until it reads the slot. */
export async function startRelay(engine: Engine, wish: ContainerWish): Promise<Docker.Container> {
  if (wish.adopt) await removeLeftover(engine, wish.name, wish);
  // Of a hand-over that was cut off, it would have the slot.
  await removeLeftover(engine, nextName(wish), wish);
  const container = await makeContainer(engine, wish, wish.name);
  try {
    await asked(() => container.start());
    await whenReady(container, wish, ["reading"]);
    return container;
  } catch (error) {
    await removeContainer(container);
    throw error;
  }
}

/**
 * Puts a container in the place of another one. The new one starts and waits on the slot, the old
 * one ends, with what is under way delivered, and the new one goes on. Where both need the same port
 * of the host, the old one ends first. If the new one does not come to be ready, the old one goes on.
 */
export async function handOver(
  engine: Engine,
  old: RunningRelay,
  wish: ContainerWish,
): Promise<Docker.Container> {
  const name = nextName(wish);
  if (wish.name !== old.wish.name) await refuseTaken(engine, wish.name);
  await removeLeftover(engine, name, wish);
  const next = await makeContainer(engine, wish, name);
  const isBeside = !(needsHostPort(old.wish) && needsHostPort(wish));
  try {
    if (isBeside) {
      await asked(() => next.start());
      await whenReady(next, wish, ["reading", "waiting"]);
    }
    await stopContainer(old.container, old.wish);
    if (!isBeside) await asked(() => next.start());
    await whenReady(next, wish, ["reading"]);
  } catch (error) {
    await removeContainer(next);
    await asked(() => old.container.start()).catch(() => undefined);
    throw error;
  }
  await removeContainer(old.container);
  await asked(() => next.rename({ name: wish.name }));
  return next;
}

/** Under which a container is made that takes the place of another one. */
function nextName({ name }: ContainerWish): string {
  return `${name}-next`;
}
