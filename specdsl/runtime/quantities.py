"""Numbers, dates, times and durations as they are given → exact numbers, in seconds."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from specdsl.runtime.taking import Unfit, plain

MOST_CHARACTERS = 1_000  # of a text that is a number, date, time or duration
MOST_DIGITS = 4_000  # of a number that is given as one
MOST_BITS = 13_300  # as many
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+|/[0-9]+)?")
DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?"
    r"(?:Z|([+-])([0-9]{2}):?([0-9]{2}))"
)
DURATION = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]+)W)?(?:([0-9]+)D)?"
    r"(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
)
EPOCH_DAY = date(1970, 1, 1)
DAY = 86_400


def quantity(kind: str, got: Any) -> Fraction:
    """The number that a plain value is exactly. Raises `Unfit`."""
    match kind:
        case "date":
            return _date(got)
        case "time":
            return _time(got)
        case "duration":
            return _duration(got)
    value = _number(got, kind == "number")
    if kind == "int" and value.denominator != 1:
        raise Unfit("it is not a whole number")
    return value


def _number(got: Any, texts: bool) -> Fraction:
    if isinstance(got, bool):
        raise Unfit("it is true or false, not a number")
    if isinstance(got, int | Fraction):
        if max(got.numerator.bit_length(), got.denominator.bit_length()) > MOST_BITS:
            raise Unfit("it has too many digits")
        return Fraction(got)
    if isinstance(got, float):
        if not math.isfinite(got):
            raise Unfit("it is not a finite number")
        return Fraction(repr(got))
    if isinstance(got, Decimal):
        return _decimal(got)
    if texts and isinstance(got, str):
        return _number_of_text(got)
    raise Unfit("it is not a number")


def _decimal(got: Decimal) -> Fraction:
    _, digits, exponent = got.as_tuple()
    if not isinstance(exponent, int):
        raise Unfit("it is not a finite number")
    if len(digits) > MOST_DIGITS or abs(exponent) > MOST_CHARACTERS:
        raise Unfit("it has too many digits")
    return Fraction(got)


def _number_of_text(got: str) -> Fraction:
    if len(got) > MOST_CHARACTERS or not NUMBER.fullmatch(got):
        raise Unfit("it is not a number")
    try:
        return Fraction(got)
    except ZeroDivisionError:
        raise Unfit("it divides by zero") from None


def _day(year: str, month: str, of_month: str) -> int:
    try:
        return (date(int(year), int(month), int(of_month)) - EPOCH_DAY).days * DAY
    except ValueError:
        raise Unfit("there is no such day") from None


def _date(got: Any) -> Fraction:
    if isinstance(got, datetime):
        raise Unfit("it is a time, not a date")
    if isinstance(got, date):
        return Fraction((got - EPOCH_DAY).days * DAY)
    found = DATE.fullmatch(got) if isinstance(got, str) else None
    if found is None:
        raise Unfit("it is not a date")
    return Fraction(_day(*found.groups()))


def _time(got: Any) -> Fraction:
    if isinstance(got, datetime):
        days = (got.date() - EPOCH_DAY).days * DAY
        seconds = got.hour * 3_600 + got.minute * 60 + got.second
        return Fraction(days + seconds) + Fraction(got.microsecond, 10**6) - _ahead(got)
    found = TIME.fullmatch(got) if isinstance(got, str) and len(got) <= MOST_CHARACTERS else None
    if found is None:
        raise Unfit("it is not a time with an offset")
    on, hour, minute, second, part, sign, off_hour, off_minute = found.groups()
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        raise Unfit("there is no such time of day")
    if int(off_hour or 0) > 23 or int(off_minute or 0) > 59:
        raise Unfit("there is no such offset")
    ahead = (int(off_hour or 0) * 3_600 + int(off_minute or 0) * 60) * (-1 if sign == "-" else 1)
    days = _day(*on.split("-"))
    whole = days + int(hour) * 3_600 + int(minute) * 60 + int(second or 0) - ahead
    return Fraction(whole) + (Fraction(int(part), 10 ** len(part)) if part else 0)


def _ahead(got: datetime) -> Fraction:
    """Its offset, which its time zone, a class of the caller's, works out."""
    try:
        offset = got.utcoffset()
        found = None if offset is None else _seconds(plain(offset))
    except Exception:
        raise Unfit("its offset cannot be read") from None
    if found is None:
        raise Unfit("it has no offset")
    return found


def _seconds(span: timedelta) -> Fraction:
    return Fraction(span.days * DAY + span.seconds) + Fraction(span.microseconds, 10**6)


def _duration(got: Any) -> Fraction:
    if isinstance(got, timedelta):
        return _seconds(got)
    fits = isinstance(got, str) and len(got) <= MOST_CHARACTERS
    found = DURATION.fullmatch(got) if fits else None
    if found is None:
        raise Unfit("it is not a duration without months and years")
    sign, weeks, days, hours, minutes, seconds = found.groups()
    total = (int(weeks or 0) * 7 + int(days or 0)) * DAY
    total += int(hours or 0) * 3_600 + int(minutes or 0) * 60
    value = total + Fraction(seconds or 0)
    return -value if sign else value


# --- ends of ranges, as a caller would write them ------------------------------------------------


def told(kind: str, value: Fraction | int) -> str:
    """A quantity in words, whatever it is."""
    exact = Fraction(value)
    if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > MOST_BITS:
        return f"a number of more than {MOST_DIGITS} digits"
    match kind:
        case "date" if -719_162 <= exact // DAY <= 2_932_896:
            return (EPOCH_DAY + timedelta(days=int(exact // DAY))).isoformat()
        case "time" if -719_163 <= exact // DAY <= 2_932_897:
            return _time_told(exact)
        case "date" | "time" | "duration":
            return _duration_told(exact)
        case _:
            return _decimal_told(exact)


def _time_told(value: Fraction) -> str:
    """In UTC, or with the offset that it needs in the first and the last year of the calendar."""
    seconds, zone, shift = value // 1, "Z", 0
    if seconds < -719_162 * DAY:
        zone, shift = "+23:59", 86_340
    elif seconds >= 2_932_897 * DAY:
        zone, shift = "-23:59", -86_340
    days, rest = divmod(seconds + shift, DAY)
    day = (EPOCH_DAY + timedelta(days=days)).isoformat()
    part = _decimal_told(value - seconds)[1:] if value != seconds else ""
    return f"{day}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}{part}{zone}"


def _duration_told(value: Fraction) -> str:
    sign = "-" if value < 0 else ""
    days, rest = divmod(abs(value), DAY)
    return f"{sign}P{days}D" if not rest else f"{sign}PT{_decimal_told(abs(value))}S"


def _decimal_told(value: Fraction) -> str:
    """As a decimal where it has one that is not long, else as a fraction."""
    for places in range(100):
        scaled = value * 10**places
        if scaled.denominator == 1:
            sign = "-" if value < 0 else ""
            digits = str(abs(scaled.numerator)).zfill(places + 1)
            return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
    return str(value)
