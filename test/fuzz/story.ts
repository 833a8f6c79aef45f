import type { Case, Event } from "./case.ts";
import { randomSpec } from "./claims.ts";
import { randomChange } from "./migrations.ts";
import type { Random } from "./random.ts";
import type { Change, Stage } from "./stage.ts";
import { randomSetup } from "./tables.ts";

const readers = ["reader", "auditor", "mailer"] as const;
const claimNames = ["one", "two"] as const;

export interface Tally {
  accepted: number;
  refused: number;
}

/**
 * Makes a story up while it is played.
 *
 * @param told receives everything that happened so far, also when it ends in a disagreement
 */
export async function playStory(
  stage: Stage,
  random: Random,
  rounds: number,
  told: (soFar: Case) => void,
): Promise<Tally> {
  const stakeholders = readers.slice(0, random.int(1, readers.length));
  const setup = await stage.setUp(randomSetup(random), stakeholders);
  const events: Event[] = [];
  const tally: Tally = { accepted: 0, refused: 0 };
  const play = (event: Event) => {
    events.push(event);
    told({ setup, stakeholders, events: [...events] });
    return stage.play(event);
  };
  const put = (stakeholder: string, claim: string) =>
    play({ kind: "put", stakeholder, claim, spec: randomSpec(random, stage.catalog) });
  const statements = () => {
    const changes = Array.from(
      { length: random.int(1, 4) },
      (): Change => (catalog) => randomChange({ random, catalog, stakeholders }),
    );
    return stage.rehearse(changes);
  };

  for (const stakeholder of stakeholders) {
    for (const claim of claimNames) await put(stakeholder, claim);
  }
  for (let round = 0; round < rounds; round++) {
    // A claim that can never be met again would have every later migration refused.
    for (let lost = lostClaim(stage); lost; lost = lostClaim(stage)) {
      await play({ kind: "delete", ...lost });
    }
    const [stakeholder, claim] = [random.pick(stakeholders), random.pick(claimNames)];
    const then = random.weighted({ nothing: 10, put: 8, delete: 3, sync: 1 });
    if (random.chance(0.2)) await play({ kind: "alter", statements: await statements() });
    if (then === "put") await put(stakeholder, claim);
    if (then === "delete") await play({ kind: "delete", stakeholder, claim });
    if (then === "sync") await play({ kind: "sync", statements: await statements() });
    const accepted = await play({ kind: "migrate", statements: await statements() });
    tally[accepted ? "accepted" : "refused"]++;
  }
  return tally;
}

function lostClaim({ oracle, catalog }: Stage): { stakeholder: string; claim: string } | undefined {
  const [unmet] = oracle.unmet(catalog);
  return unmet && { stakeholder: unmet.stakeholder, claim: unmet.claim };
}
