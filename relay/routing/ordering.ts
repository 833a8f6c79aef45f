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
  const days = daysSince1970(before ? 1 - Number(year) : Number(year), Number(month), Number(day));
  const seconds = days * 86_400 + Number(hour) * 3_600 + Number(minute) * 60 + Number(second);
  const micros = Number(fraction.padEnd(6, "0"));
  const double = seconds * 1_000_000 + micros;
  if (Number.isSafeInteger(double)) return double;
  return { units: BigInt(seconds) * 1_000_000n + BigInt(micros), scale: 0 };
}

/** In the Gregorian calendar, of which Postgres has more years than a Date. */
function daysSince1970(year: number, month: number, day: number): number {
  // The years of this count begin in March, so that leap days are the last ones.
  const counted = month > 2 ? year : year - 1;
  const era = Math.floor(counted / 400);
  const ofEra = counted - era * 400;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const daysOfEra = ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear;
  return era * 146_097 + daysOfEra - 719_468;
}

const instant =
  /^(\d+)-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?(?:[+-]00(?::00)?)?( BC)?$/;
