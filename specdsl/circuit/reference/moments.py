"""Dates, times and durations: Python's own objects or ISO 8601 text, as exact seconds."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from fractions import Fraction

from specdsl.circuit.reference.given import itself

DAY = 86_400
EPOCH = date(1970, 1, 1)

DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
CLOCK = r"([01][0-9]|2[0-3]):([0-5][0-9])"
TIME = re.compile(
    rf"{DATE}T{CLOCK}(?::([0-5][0-9](?:\.[0-9]+)?))?(?:Z|([+-])([01][0-9]|2[0-3]):?([0-5][0-9]))"
)
PARTS = r"(?:([0-9]+)W)?(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
DURATION = re.compile(rf"(-)?P(?=[0-9T]){PARTS}(?<!T)")
SECONDS = (7 * DAY, DAY, 3600, 60, 1)  # in a week, a day, an hour, a minute, a second


def read_date(raw: object) -> Fraction | None:
    """Midnight UTC of the day, since 1970; None for what is no date (a `datetime` is none)."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return _midnight(raw)
    found = re.fullmatch(DATE, raw) if isinstance(raw, str) else None
    return _day(found) if found else None


def read_time(raw: object) -> Fraction | None:
    """The instant, in seconds since 1970; None for what is none or has no offset."""
    if isinstance(raw, datetime):
        offset = _offset(raw)
        clock = timedelta(hours=raw.hour, minutes=raw.minute, seconds=raw.second)
        past = clock + timedelta(microseconds=raw.microsecond)
        return None if offset is None else _midnight(raw.date()) + _exact(past) - _exact(offset)
    found = TIME.fullmatch(raw) if isinstance(raw, str) else None
    day = _day(found) if found else None
    return None if found is None or day is None else day + _after_midnight(found)


def _offset(raw: datetime) -> timedelta | None:
    """As its time zone says, whoever wrote that; None where that is nothing or nonsense."""
    try:
        offset = itself(raw.utcoffset())
    except Exception:
        return None
    return offset if isinstance(offset, timedelta) else None


def read_duration(raw: object) -> Fraction | None:
    """The seconds; None for what is no duration. It has at least one part, and one after `T`."""
    if isinstance(raw, timedelta):
        return _exact(raw)
    found = DURATION.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        return None
    minus, *parts = found.groups()
    seconds = sum(Fraction(part or 0) * one for part, one in zip(parts, SECONDS, strict=True))
    return Fraction(-seconds if minus else seconds)


def _day(found: re.Match[str]) -> Fraction | None:
    try:
        return _midnight(date(int(found[1]), int(found[2]), int(found[3])))
    except ValueError:
        return None  # there is no such day


def _midnight(day: date) -> Fraction:
    return Fraction((day - EPOCH).days * DAY)


def _after_midnight(found: re.Match[str]) -> Fraction:
    clock = int(found[4]) * 3600 + int(found[5]) * 60 + Fraction(found[6] or 0)
    offset = int(found[8] or 0) * 3600 + int(found[9] or 0) * 60
    return clock + offset if found[7] == "-" else clock - offset


def _exact(span: timedelta) -> Fraction:
    return Fraction(span.days * DAY + span.seconds) + Fraction(span.microseconds, 1_000_000)
