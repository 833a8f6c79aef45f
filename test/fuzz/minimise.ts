import { type Case, Disagreement, type Event } from "./case.ts";
import { alternativesOf, type Match, type Spec } from "./spec.ts";
import type { Stage } from "./stage.ts";

/** Plays a case on a fresh stage. */
export type Replay = (play: (stage: Stage) => Promise<void>) => Promise<void>;

/** The disagreement that a case ends in, if it does. */
export async function disagreementOf(
  { setup, stakeholders, events }: Case,
  replay: Replay,
): Promise<Disagreement | undefined> {
  try {
    await replay(async (stage) => {
      await stage.setUp(setup, stakeholders);
      for (const event of events) await stage.play(event);
    });
    return undefined;
  } catch (error) {
    if (error instanceof Disagreement) return error;
    throw error;
  }
}

/**
 * Leaves out whatever does not change that the case ends in a disagreement about the same. Stops when
 * nothing more can be left out, or at the deadline.
 *
 * @param deadline in milliseconds of the clock
 */
export async function minimise(
  original: Case,
  about: Disagreement["about"],
  replay: Replay,
  deadline: number,
): Promise<Case> {
  let shortest = original;
  const holds = async (candidate: Case) => {
    if (Date.now() > deadline) return false;
    const found = await disagreementOf(candidate, replay);
    if (found?.about !== about) return false;
    shortest = candidate;
    return true;
  };
  for (let before: Case | undefined; before !== shortest; ) {
    before = shortest;
    await shorten(shortest.events, (events) => holds({ ...shortest, events }));
    await shorten(shortest.setup, (setup) => holds({ ...shortest, setup }));
    await shorten(shortest.stakeholders, async (stakeholders) => {
      const isPlayable = shortest.events.every(
        (event) => !("stakeholder" in event) || stakeholders.includes(event.stakeholder),
      );
      return isPlayable && holds({ ...shortest, stakeholders });
    });
    for (const index of shortest.events.keys()) await simplify(index, () => shortest, holds);
  }
  return shortest;
}

/** Leaves out pieces of a list, large ones first, as long as it holds. */
async function shorten<T>(
  original: readonly T[],
  holds: (list: readonly T[]) => Promise<boolean>,
): Promise<void> {
  let list = original;
  for (
    let size = Math.ceil(list.length / 2);
    size >= 1;
    size = size > 1 ? Math.ceil(size / 2) : 0
  ) {
    for (let end = list.length; end > 0; end -= size) {
      const shorter = list.toSpliced(Math.max(0, end - size), Math.min(size, end));
      if (await holds(shorter)) list = shorter;
    }
  }
}

/** Leaves out parts of one event. */
async function simplify(
  index: number,
  present: () => Case,
  holds: (candidate: Case) => Promise<boolean>,
): Promise<void> {
  const withEvent = (event: Event) => ({
    ...present(),
    events: present().events.with(index, event),
  });
  const event = present().events[index];
  if (event && "statements" in event) {
    await shorten(event.statements, (statements) => holds(withEvent({ ...event, statements })));
  }
  for (let found = true; found; ) {
    found = false;
    const current = present().events[index];
    if (!current || !("spec" in current)) return;
    for (const spec of simplerSpecs(current.spec)) {
      found = await holds(withEvent({ ...current, spec }));
      if (found) break;
    }
  }
}

function* simplerSpecs(spec: Spec): Generator<Spec> {
  for (const match of withoutOne(spec.match)) yield { match };
  for (const [index, match] of spec.match.entries()) {
    for (const simpler of simplerMatches(match)) yield { match: spec.match.with(index, simpler) };
  }
}

function* simplerMatches(match: Match): Generator<Match> {
  if ("alternatives" in match) {
    yield* alternativesOf(match);
    for (const alternatives of withoutOne(match.alternatives)) {
      if (alternatives.length > 0) yield { ...match, alternatives };
    }
    return;
  }
  for (const fields of withoutOne(match.fields ?? [])) yield { ...match, fields };
}

function* withoutOne<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let index = list.length - 1; index >= 0; index--) yield list.toSpliced(index, 1);
}
