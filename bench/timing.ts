/** Does something and says in milliseconds how long its measured part took. */
export type Timed = () => Promise<number>;

export interface SideBySide {
  /** Medians in milliseconds. */
  readonly value: number;
  readonly floor: number;
}

/**
 * Measures two operations in turns (floor, work, floor, work, …), so that whatever else the machine
 * does in the meantime slows both, and takes the median of each.
 *
 * @param pairs measurements of each that count, after one pair that does not
 */
export async function sideBySide(pairs: number, floor: Timed, work: Timed): Promise<SideBySide> {
  const floors: number[] = [];
  const values: number[] = [];
  for (let pair = 0; pair <= pairs; pair++) {
    const floorTook = await floor();
    const workTook = await work();
    if (pair === 0) continue;
    floors.push(floorTook);
    values.push(workTook);
  }
  return { value: median(values), floor: median(floors) };
}

/** Milliseconds that `work` takes. */
export async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** A size and the milliseconds that it takes. */
type Point = readonly [size: number, milliseconds: number];

/** The slope of log(time) over log(size), fitted to all points: 1 is linear growth. */
export function growthExponent(points: readonly Point[]): number {
  const xs = points.map(([size]) => Math.log(size));
  const ys = points.map(([, time]) => Math.log(time));
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const covariance = mean(xs.map((x, at) => (x - meanX) * ((ys[at] ?? 0) - meanY)));
  return covariance / mean(xs.map((x) => (x - meanX) ** 2));
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
