"""Reads dates, times and durations, as Python objects or ISO 8601 text, into exact seconds."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from fractions import Fraction

from specdsl.semantics.reference.given_values import plain_value

DAY = 86_400
EPOCH = date(1970, 1, 1)

DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
CLOCK = r"([01][0-9]|2[0-3]):([0-5][0-9])"
TIME = re.compile(
    rf"{DATE}T{CLOCK}(?::([0-5][0-9](?:\.[0-9]+)?))?(?:Z|([+-])([01][0-9]|2[0-3]):?([0-5][0-9]))"
)
PARTS = r"(?:([0-9]+)W)?(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
DURATION = re.compile(rf"(-)?P(?=[0-9T]){PARTS}(?<!T)")
SECONDS = (7 * DAY, DAY, 3600, 60, 1)  # The seconds of a week, a day, an hour, a minute, a second.


def read_date(raw: object) -> Fraction | None:
    """Return midnight UTC of the day in seconds since 1970; None if it is no date (a `datetime` is
    none)."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return _midnight_of_day(raw)
    found = re.fullmatch(DATE, raw) if isinstance(raw, str) else None
    return _parse_midnight(found) if found else None


def read_time(raw: object) -> Fraction | None:
    """Return the instant in seconds since 1970; None if it is no time or has no offset."""
    if isinstance(raw, datetime):
        offset = _utc_offset(raw)
        clock = timedelta(hours=raw.hour, minutes=raw.minute, seconds=raw.second)
        past = clock + timedelta(microseconds=raw.microsecond)
        return (
            None
            if offset is None
            else _midnight_of_day(raw.date()) + _exact_seconds(past) - _exact_seconds(offset)
        )
    found = TIME.fullmatch(raw) if isinstance(raw, str) else None
    day = _parse_midnight(found) if found else None
    return None if found is None or day is None else day + _seconds_after_midnight(found)


def _utc_offset(raw: datetime) -> timedelta | None:
    """Return the offset of its time zone, which the caller may define; None if it has none."""
    try:
        offset = plain_value(raw.utcoffset())
    except Exception:
        return None
    return offset if isinstance(offset, timedelta) else None


def read_duration(raw: object) -> Fraction | None:
    """Return the seconds of a duration; None if it is none. An ISO text has at least one part, and
    one after `T`."""
    if isinstance(raw, timedelta):
        return _exact_seconds(raw)
    found = DURATION.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        return None
    minus, *parts = found.groups()
    seconds = sum(Fraction(part or 0) * one for part, one in zip(parts, SECONDS, strict=True))
    return Fraction(-seconds if minus else seconds)


def _parse_midnight(found: re.Match[str]) -> Fraction | None:
    try:
        return _midnight_of_day(date(int(found[1]), int(found[2]), int(found[3])))
    except ValueError:
        return None  # There is no such day.


def _midnight_of_day(day: date) -> Fraction:
    return Fraction((day - EPOCH).days * DAY)


def _seconds_after_midnight(found: re.Match[str]) -> Fraction:
    clock = int(found[4]) * 3600 + int(found[5]) * 60 + Fraction(found[6] or 0)
    offset = int(found[8] or 0) * 3600 + int(found[9] or 0) * 60
    return clock + offset if found[7] == "-" else clock - offset


def _exact_seconds(span: timedelta) -> Fraction:
    return Fraction(span.days * DAY + span.seconds) + Fraction(span.microseconds, 1_000_000)
