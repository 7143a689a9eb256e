"""Numbers, dates, times and durations as callers give them → exact numbers, in seconds."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

from specdsl.runtime.plain_values import (
    UnfitValue,
    compiled_pattern,
    exact_fraction,
    plain_value,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction
    from typing import Any

MAX_CHARACTERS = 1_000  # Of a text that is a number, date, time or duration.
MAX_DIGITS = 4_000  # Of a number that is given as one.
MAX_BITS = 13_300  # The same limit in binary digits.
NUMBER = r"-?[0-9]+(?:\.[0-9]+|/[0-9]+)?"
DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
TIME = (
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?"
    r"(?:Z|([+-])([0-9]{2}):?([0-9]{2}))"
)
DURATION = (
    r"(-?)P(?=[0-9T])(?:([0-9]+)W)?(?:([0-9]+)D)?"
    r"(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
)
EPOCH_DAY = date(1970, 1, 1)
DAY = 86_400


def exact_quantity(kind: str, got: Any) -> Fraction:
    """Return the exact number of a plain value. Raises `UnfitValue`."""
    match kind:
        case "date":
            return _date_in_seconds(got)
        case "time":
            return _time_in_seconds(got)
        case "duration":
            return _duration_in_seconds(got)
    value = _exact_number(got, kind == "number")
    if kind == "int" and value.denominator != 1:
        raise UnfitValue("it is not a whole number")
    return value


def _exact_number(got: Any, texts: bool) -> Fraction:
    from decimal import Decimal
    from fractions import Fraction

    if isinstance(got, bool):
        raise UnfitValue("it is true or false, not a number")
    if isinstance(got, int | Fraction):
        if max(got.numerator.bit_length(), got.denominator.bit_length()) > MAX_BITS:
            raise UnfitValue("it has too many digits")
        return exact_fraction(got)
    if isinstance(got, float):
        if not math.isfinite(got):
            raise UnfitValue("it is not a finite number")
        return exact_fraction(repr(got))
    if isinstance(got, Decimal):
        return _exact_decimal(got)
    if texts and isinstance(got, str):
        return _number_of_text(got)
    raise UnfitValue("it is not a number")


def _exact_decimal(got: Decimal) -> Fraction:
    _, digits, exponent = got.as_tuple()
    if not isinstance(exponent, int):
        raise UnfitValue("it is not a finite number")
    if len(digits) > MAX_DIGITS or abs(exponent) > MAX_CHARACTERS:
        raise UnfitValue("it has too many digits")
    return exact_fraction(got)


def _number_of_text(got: str) -> Fraction:
    if len(got) > MAX_CHARACTERS or not compiled_pattern(NUMBER).fullmatch(got):
        raise UnfitValue("it is not a number")
    try:
        return exact_fraction(got)
    except ZeroDivisionError:
        raise UnfitValue("it divides by zero") from None


def _day_in_seconds(year: str, month: str, of_month: str) -> int:
    try:
        return (date(int(year), int(month), int(of_month)) - EPOCH_DAY).days * DAY
    except ValueError:
        raise UnfitValue("there is no such day") from None


def _date_in_seconds(got: Any) -> Fraction:
    if isinstance(got, datetime):
        raise UnfitValue("it is a time, not a date")
    if isinstance(got, date):
        return exact_fraction((got - EPOCH_DAY).days * DAY)
    found = compiled_pattern(DATE).fullmatch(got) if isinstance(got, str) else None
    if found is None:
        raise UnfitValue("it is not a date")
    return exact_fraction(_day_in_seconds(*found.groups()))


def _time_in_seconds(got: Any) -> Fraction:
    if isinstance(got, datetime):
        days = (got.date() - EPOCH_DAY).days * DAY
        seconds = got.hour * 3_600 + got.minute * 60 + got.second
        return (
            exact_fraction(days + seconds)
            + exact_fraction(got.microsecond, 10**6)
            - _utc_offset(got)
        )
    found = (
        compiled_pattern(TIME).fullmatch(got)
        if isinstance(got, str) and len(got) <= MAX_CHARACTERS
        else None
    )
    if found is None:
        raise UnfitValue("it is not a time with an offset")
    on, hour, minute, second, part, sign, off_hour, off_minute = found.groups()
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        raise UnfitValue("there is no such time of day")
    if int(off_hour or 0) > 23 or int(off_minute or 0) > 59:
        raise UnfitValue("there is no such offset")
    ahead = (int(off_hour or 0) * 3_600 + int(off_minute or 0) * 60) * (-1 if sign == "-" else 1)
    days = _day_in_seconds(*on.split("-"))
    whole = days + int(hour) * 3_600 + int(minute) * 60 + int(second or 0) - ahead
    return exact_fraction(whole) + (exact_fraction(int(part), 10 ** len(part)) if part else 0)


def _utc_offset(got: datetime) -> Fraction:
    """Return the offset from UTC. A time zone is a class of the caller's and may raise anything."""
    try:
        offset = got.utcoffset()
        found = None if offset is None else _span_in_seconds(plain_value(offset))
    except Exception:
        raise UnfitValue("its offset cannot be read") from None
    if found is None:
        raise UnfitValue("it has no offset")
    return found


def _span_in_seconds(span: timedelta) -> Fraction:
    return exact_fraction(span.days * DAY + span.seconds) + exact_fraction(span.microseconds, 10**6)


def _duration_in_seconds(got: Any) -> Fraction:
    if isinstance(got, timedelta):
        return _span_in_seconds(got)
    fits = isinstance(got, str) and len(got) <= MAX_CHARACTERS
    found = compiled_pattern(DURATION).fullmatch(got) if fits else None
    if found is None:
        raise UnfitValue("it is not a duration without months and years")
    sign, weeks, days, hours, minutes, seconds = found.groups()
    total = (int(weeks or 0) * 7 + int(days or 0)) * DAY
    total += int(hours or 0) * 3_600 + int(minutes or 0) * 60
    value = total + exact_fraction(seconds or 0)
    return -value if sign else value


# --- ends of ranges, as a caller would write them ------------------------------------------------


def quantity_text(kind: str, value: Fraction | int) -> str:
    """Return the quantity as a text that a caller could have given."""
    exact = exact_fraction(value)
    if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > MAX_BITS:
        return f"a number of more than {MAX_DIGITS} digits"
    match kind:
        case "date" if -719_162 <= exact // DAY <= 2_932_896:
            return (EPOCH_DAY + timedelta(days=int(exact // DAY))).isoformat()
        case "time" if -719_163 <= exact // DAY <= 2_932_897:
            return _time_text(exact)
        case "date" | "time" | "duration":
            return _duration_text(exact)
        case _:
            return _decimal_text(exact)


def _time_text(value: Fraction) -> str:
    """Return the time in UTC, or with an offset if UTC is outside the first and last year of the
    calendar.
    """
    seconds, zone, shift = value // 1, "Z", 0
    if seconds < -719_162 * DAY:
        zone, shift = "+23:59", 86_340
    elif seconds >= 2_932_897 * DAY:
        zone, shift = "-23:59", -86_340
    days, rest = divmod(seconds + shift, DAY)
    day = (EPOCH_DAY + timedelta(days=days)).isoformat()
    part = _decimal_text(value - seconds)[1:] if value != seconds else ""
    return f"{day}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}{part}{zone}"


def _duration_text(value: Fraction) -> str:
    sign = "-" if value < 0 else ""
    days, rest = divmod(abs(value), DAY)
    return f"{sign}P{days}D" if not rest else f"{sign}PT{_decimal_text(abs(value))}S"


def _decimal_text(value: Fraction) -> str:
    """Return a decimal if there is a short one, and a fraction if not."""
    for places in range(100):
        scaled = value * 10**places
        if scaled.denominator == 1:
            sign = "-" if value < 0 else ""
            digits = str(abs(scaled.numerator)).zfill(places + 1)
            return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
    return str(value)
