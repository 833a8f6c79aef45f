import type { Postgres } from "../postgres.ts";
import { inArena, prepareArena } from "./arena.ts";
import { asSql, type Case, Disagreement } from "./case.ts";
import { disagreementOf, minimise } from "./minimise.ts";
import { Random } from "./random.ts";
import { playStory, type Tally } from "./story.ts";

/** Migrations that follow each other in one database. */
const roundsOfStory = 20;

export interface FuzzOptions {
  /** How many migrations. */
  readonly rounds: number;
  /** Of the first story; the next has the next number. */
  readonly seed: number;
  /** Milliseconds for making a disagreement short. @default 60000 */
  readonly minimiseFor?: number;
  /** Told after each story. */
  readonly onStory?: (seed: number, rounds: number, tally: Tally) => void;
}

/** @returns how many migrations were accepted and refused, and the first disagreement as text for people */
export async function fuzz(
  postgres: Postgres,
  { rounds, seed: firstSeed, minimiseFor = 60_000, onStory }: FuzzOptions,
): Promise<Tally & { disagreement?: string }> {
  await prepareArena(postgres);
  const sum: Tally = { accepted: 0, refused: 0 };
  for (let seed = firstSeed, played = 0; played < rounds; seed++) {
    const count = Math.min(roundsOfStory, rounds - played);
    let told: Case = { setup: [], stakeholders: [], events: [] };
    try {
      const tally = await inArena(postgres, (stage) =>
        playStory(stage, new Random(seed), count, (soFar) => {
          told = soFar;
        }),
      );
      sum.accepted += tally.accepted;
      sum.refused += tally.refused;
      played += count;
      onStory?.(seed, played, sum);
    } catch (error) {
      if (!(error instanceof Disagreement)) throw error;
      const deadline = Date.now() + minimiseFor;
      return { ...sum, disagreement: await explain(postgres, seed, told, error, deadline) };
    }
  }
  return sum;
}

async function explain(
  postgres: Postgres,
  seed: number,
  told: Case,
  first: Disagreement,
  deadline: number,
): Promise<string> {
  const replay = (play: Parameters<typeof inArena<void>>[1]) => inArena(postgres, play);
  const shortest = await minimise(told, first.about, replay, deadline);
  const last = (await disagreementOf(shortest, replay)) ?? first;
  return [
    `Engine and oracle disagree about ${last.about}: seed ${seed}, Postgres ${postgres.version}`,
    last.message,
    "",
    asSql(shortest),
    "",
  ].join("\n");
}
