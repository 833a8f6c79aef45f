/** A decimal number that a double may not hold: `units` times ten to the power of `-scale`. */
interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/** A number of Postgres, exactly. Whole numbers that a double holds, NaN and infinities are doubles. */
export type PostgresNumber = number | Decimal;

/** Reads the text of an integer or numeric. */
export function numberOf(text: string): PostgresNumber {
  const double = Number(text);
  if (!Number.isFinite(double)) return double;
  if (Number.isSafeInteger(double) && !text.includes(".")) return double;
  const point = text.indexOf(".");
  const scale = point === -1 ? 0 : text.length - point - 1;
  return { units: BigInt(text.replace(".", "")), scale };
}

/** Below zero, zero or above, as Postgres orders: NaN equals itself and is greater than all else. */
export function compareNumbers(left: PostgresNumber, right: PostgresNumber): number {
  if (typeof left === "object" && typeof right === "object") return compareDecimals(left, right);
  if (typeof left === "object") return -compareNumbers(right, left);
  if (typeof right === "object") {
    if (Number.isNaN(left)) return 1;
    if (!Number.isFinite(left)) return left;
    return compareDecimals({ units: BigInt(left), scale: 0 }, right);
  }
  if (left === right) return 0;
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : 1;
  return Number.isNaN(right) || left < right ? -1 : 1;
}

function compareDecimals(left: Decimal, right: Decimal): number {
  const scale = Math.max(left.scale, right.scale);
  const difference = unitsAt(left, scale) - unitsAt(right, scale);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

function unitsAt({ units, scale }: Decimal, wanted: number): bigint {
  return units * 10n ** BigInt(wanted - scale);
}

/**
 * Microseconds since 1970 of a date or timestamp as Postgres writes it with DateStyle ISO and
 * TimeZone UTC, as `2026-01-31 12:00:00.123456+00` or `0044-03-15 BC`; infinities for its own.
 *
 * @throws RangeError if it is none
 */
export function instantOf(text: string): PostgresNumber {
  if (text === "infinity") return Number.POSITIVE_INFINITY;
  if (text === "-infinity") return Number.NEGATIVE_INFINITY;
  const parts = instant.exec(text);
  if (parts === null) throw new RangeError(`not a date or timestamp: ${text}`);
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = "", before] = parts;
  const date = new Date(0);
  date.setUTCFullYear(before ? 1 - Number(year) : Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  const micros = Number(fraction.padEnd(6, "0"));
  const double = date.getTime() * 1000 + micros;
  if (Number.isSafeInteger(double)) return double;
  return { units: BigInt(date.getTime()) * 1000n + BigInt(micros), scale: 0 };
}

const instant =
  /^(\d+)-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?(?:[+-]00(?::00)?)?( BC)?$/;
