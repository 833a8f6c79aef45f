/** What must hold of a figure: of its value, or of its ratio to the floor. */
export interface Goal {
  readonly of: "value" | "ratio";
  readonly atMost: number;
}

/** One line of the result. Field names are a contract: machines read them. */
export interface Figure {
  readonly name: string;
  /** The median of several measurements, in `unit`. */
  readonly value: number;
  readonly unit: string;
  /** What the least possible work took, measured in turns with the value; null where there is none. */
  readonly floor: number | null;
  /** Value by floor; for differences to the floor, the whole by the floor. */
  readonly ratio: number | null;
  /** As "ratio <= 2"; null for figures that are reported without a goal. */
  readonly goal: string | null;
  readonly met: boolean | null;
}

/** The measured part of a figure. */
export type Measured = Pick<Figure, "name" | "value" | "unit"> &
  Partial<Pick<Figure, "floor" | "ratio">>;

/** Judges what was measured. The ratio is the one of value and floor unless it is given. */
export function figure(measured: Measured, goal?: Goal): Figure {
  const { name, value, unit, floor = null } = measured;
  const ratio = measured.ratio ?? (floor === null ? null : value / floor);
  const judged = goal?.of === "ratio" ? ratio : value;
  return {
    name,
    value: rounded(value),
    unit,
    floor: floor === null ? null : rounded(floor),
    ratio: ratio === null ? null : rounded(ratio),
    goal: goal === undefined ? null : `${goal.of} <= ${goal.atMost}`,
    met: goal === undefined || judged === null ? null : judged <= goal.atMost,
  };
}

/** Three digits are more than the clock of a busy machine is good for. */
function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
