/**
 * A number, exactly: an integer of at most 53 bits, or the decimal that a number prints as; a longer
 * integer; or a fraction. Dates, times and durations are seconds, dates and times since 1970.
 */
type Quantity = number | bigint | Ratio;

interface Ratio {
  readonly n: bigint;
  readonly d: bigint;
}

function isBelow(value: Quantity | null, bound: Quantity): boolean {
  return value !== null && compare(value, bound) < 0;
}

function isAtMost(value: Quantity | null, bound: Quantity): boolean {
  return value !== null && compare(value, bound) <= 0;
}

function isAbove(value: Quantity | null, bound: Quantity): boolean {
  return value !== null && compare(value, bound) > 0;
}

function isAtLeast(value: Quantity | null, bound: Quantity): boolean {
  return value !== null && compare(value, bound) >= 0;
}

function isEqual(value: Quantity | null, other: Quantity): boolean {
  return value !== null && compare(value, other) === 0;
}

/** The sum of factors times values; unknown if one of these is. */
function sumOf(...terms: readonly (readonly [Quantity, Quantity | null])[]): Quantity | null {
  let sum: Ratio = { n: 0n, d: 1n };
  for (const [factor, value] of terms) {
    if (value === null) return null;
    const one = asRatio(factor);
    const other = asRatio(value);
    const d = one.d * other.d;
    sum = { n: sum.n * d + one.n * other.n * sum.d, d: sum.d * d };
  }
  return sum;
}

/** Negative, zero or positive. Numbers are in the order of the decimals that they print as. */
function compare(value: Quantity, other: Quantity): number {
  if (typeof value === "number" && typeof other === "number") return value - other;
  const one = asRatio(value);
  const two = asRatio(other);
  const apart = one.n * two.d - two.n * one.d;
  return apart < 0n ? -1 : apart > 0n ? 1 : 0;
}

function asRatio(value: Quantity): Ratio {
  if (typeof value === "object") return value;
  if (typeof value === "bigint" || Number.isInteger(value)) return { n: BigInt(value), d: 1n };
  const [digits = "", exponent = "0"] = String(value).split("e");
  return decimalRatio(digits, Number(exponent));
}

function decimalRatio(digits: string, exponent = 0): Ratio {
  const [whole = "", part = ""] = digits.split(".");
  const n = BigInt(whole + part);
  const shift = exponent - part.length;
  return shift < 0
    ? { n, d: 10n ** BigInt(-shift) }
    : { n: n * 10n ** BigInt(shift), d: 1n };
}

const MAX_CHARACTERS = 1_000; // Of a text that is a number, date, time or duration.
const MAX_BITS = 13_300n; // Of an integer.

function readInt(row: FactRow, got: unknown): Quantity {
  return withinRange(row, exactNumber(got, false));
}

function readNumber(row: FactRow, got: unknown): Quantity {
  return withinRange(row, exactNumber(got, true));
}

function withinRange(row: FactRow, value: Quantity): Quantity {
  if (row.low !== undefined && compare(value, row.low) < 0) throw new Unfit("it is out of range");
  if (row.high !== undefined && compare(value, row.high) > 0) throw new Unfit("it is out of range");
  return value;
}

function exactNumber(got: unknown, decimals: boolean): Quantity {
  if (typeof got === "boolean") throw new Unfit("it is true or false, not a number");
  if (typeof got === "bigint") {
    if (got >> MAX_BITS !== 0n && -got >> MAX_BITS !== 0n) {
      throw new Unfit("it has too many digits");
    }
    return got;
  }
  if (typeof got === "number") {
    if (!Number.isFinite(got)) throw new Unfit("it is not a finite number");
    if (Math.abs(got) > Number.MAX_SAFE_INTEGER) {
      throw new Unfit("it is beyond 2^53, where a number stands for several: give a bigint");
    }
    if (!decimals && !Number.isInteger(got)) throw new Unfit("it is not a whole number");
    return got;
  }
  if (decimals && typeof got === "string") return numberOfText(got);
  throw new Unfit("it is not a number");
}

function numberOfText(got: string): Quantity {
  if (got.length > MAX_CHARACTERS || !/^-?[0-9]+(?:\.[0-9]+|\/[0-9]+)?$/.test(got)) {
    throw new Unfit("it is not a number");
  }
  const [n = "", d] = got.split("/");
  if (d === undefined) return decimalRatio(n);
  if (BigInt(d) === 0n) throw new Unfit("it divides by zero");
  return { n: BigInt(n), d: BigInt(d) };
}
