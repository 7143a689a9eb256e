const DAY = 86_400;
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const TIME =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(?:Z|([+-])([0-9]{2}):?([0-9]{2}))$/;
const DURATION =
  /^(-?)P(?=[0-9T])(?:([0-9]+)W)?(?:([0-9]+)D)?(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?$/;

function readDate(row: FactRow, got: unknown): Quantity {
  const found = typeof got === "string" ? DATE.exec(got) : null;
  if (found === null) throw new Unfit("it is not a date");
  return withinRange(row, dayInSeconds(found[0]));
}

/** The start of a day of the years 1 to 9999. */
function dayInSeconds(text: string): number {
  const milliseconds = text.startsWith("0000") ? NaN : Date.parse(`${text}T00:00:00Z`);
  // A day that does not exist is read as one of the next month.
  if (Number.isNaN(milliseconds) || !new Date(milliseconds).toISOString().startsWith(text)) {
    throw new Unfit("there is no such day");
  }
  return milliseconds / 1000;
}

function readTime(row: FactRow, got: unknown): Quantity {
  if (got instanceof Date) return withinRange(row, timeOfDate(got));
  const fits = typeof got === "string" && got.length <= MAX_CHARACTERS;
  const found = fits ? TIME.exec(got) : null;
  if (found === null) throw new Unfit("it is not a time with an offset");
  const [, day = "", hour, minute, second = "0", part = "", sign, ahead = "0", minutes = "0"] = found;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    throw new Unfit("there is no such time of day");
  }
  if (Number(ahead) > 23 || Number(minutes) > 59) throw new Unfit("there is no such offset");
  const offset = (Number(ahead) * 3_600 + Number(minutes) * 60) * (sign === "-" ? -1 : 1);
  const clock = Number(hour) * 3_600 + Number(minute) * 60 + Number(second);
  const whole = dayInSeconds(day) + clock - offset;
  const d = 10n ** BigInt(part.length);
  return withinRange(row, part ? { n: BigInt(whole) * d + BigInt(part), d } : whole);
}

function timeOfDate(got: Date): Quantity {
  const milliseconds = Date.prototype.getTime.call(got);
  if (Number.isNaN(milliseconds)) throw new Unfit("it is not a time with an offset");
  if (milliseconds < -62_135_596_800_000 || milliseconds >= 253_402_300_800_000) {
    throw new Unfit("there is no such day");
  }
  return { n: BigInt(milliseconds), d: 1000n };
}

function readDuration(row: FactRow, got: unknown): Quantity {
  const fits = typeof got === "string" && got.length <= MAX_CHARACTERS;
  const found = fits ? DURATION.exec(got) : null;
  if (found === null) throw new Unfit("it is not a duration without months and years");
  const [, sign, weeks = "0", days = "0", hours = "0", minutes = "0", seconds = "0"] = found;
  const whole =
    (BigInt(weeks) * 7n + BigInt(days)) * BigInt(DAY) +
    BigInt(hours) * 3_600n +
    BigInt(minutes) * 60n;
  const part = decimalRatio(seconds);
  const n = whole * part.d + part.n;
  return withinRange(row, { n: sign ? -n : n, d: part.d });
}
