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
 * Leaves out, one after the other, whatever does not change that the case ends in a disagreement about
 * the same. Stops when nothing more can be left out, or at the deadline.
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
  for (let shorter = true; shorter; ) {
    shorter = false;
    for (const candidate of shortened(shortest)) {
      if (Date.now() > deadline) return shortest;
      const found = await disagreementOf(candidate, replay);
      if (found?.about !== about) continue;
      shortest = candidate;
      shorter = true;
      break;
    }
  }
  return shortest;
}

/** Every case with one thing less, the larger things first. */
function* shortened(original: Case): Generator<Case> {
  const { setup, stakeholders, events } = original;
  for (const events of halved(original.events)) yield { ...original, events };
  for (const setup of halved(original.setup)) yield { ...original, setup };
  for (const events of withoutOne(original.events)) yield { ...original, events };
  for (const left of withoutOne(stakeholders)) {
    if (events.every((event) => !("stakeholder" in event) || left.includes(event.stakeholder))) {
      yield { ...original, stakeholders: left };
    }
  }
  for (const left of withoutOne(setup)) yield { ...original, setup: left };
  for (const [index, event] of events.entries()) {
    for (const simpler of simplified(event))
      yield { ...original, events: events.with(index, simpler) };
  }
}

function* simplified(event: Event): Generator<Event> {
  if ("statements" in event) {
    for (const statements of withoutOne(event.statements)) yield { ...event, statements };
  } else if ("spec" in event) {
    for (const spec of simplerSpecs(event.spec)) yield { ...event, spec };
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

function* halved<T>(list: readonly T[]): Generator<readonly T[]> {
  if (list.length < 4) return;
  const middle = Math.floor(list.length / 2);
  yield list.slice(middle);
  yield list.slice(0, middle);
}

function* withoutOne<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let index = list.length - 1; index >= 0; index--) yield list.toSpliced(index, 1);
}
