"""Exact values of literals. Dates, times and durations are in seconds (see `QuantityLiteral`)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from specdsl.base.limits import MAX_LITERAL_DIGITS

UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
EPOCH_DAY = date(1970, 1, 1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]+)?)?"
    r"(?:(Z)|([+-])([0-9]{2}):?([0-9]{2}))"
)


class BadLiteral(ValueError):
    """A literal is invalid; the message says why."""


def parse_number(text: str) -> Fraction:
    if len(text) > MAX_LITERAL_DIGITS:
        raise BadLiteral(f"a number has at most {MAX_LITERAL_DIGITS} digits")
    return Fraction(text)


def parse_duration(text: str) -> Fraction:
    return parse_number(text[:-1]) * UNITS[text[-1]]


def parse_date(text: str) -> Fraction:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadLiteral(f"`{text}` is no date: the calendar has no such day") from None
    return Fraction((found - EPOCH_DAY).days * 86_400)


def parse_time(text: str) -> Fraction:
    found = TIME.fullmatch(text)
    if found is None:
        raise BadLiteral(
            f"`{text}` is no time: it has the form 2025-12-18T15:00:00Z, with `Z` or an offset"
        )
    on, hour, minute, second, part, _, sign, off_hours, off_minutes = found.groups()
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        raise BadLiteral(f"`{text}` is no time: hours go to 23, minutes and seconds to 59")
    if int(off_hours or 0) > 23 or int(off_minutes or 0) > 59:
        raise BadLiteral(f"`{text}` is no time: the offset is too large")
    offset = timedelta(hours=int(off_hours or 0), minutes=int(off_minutes or 0))
    seconds = int(hour) * 3_600 + int(minute) * 60 + int(second or 0)
    ahead = int(offset.total_seconds()) * (-1 if sign == "-" else 1)
    return parse_date(on) + seconds + parse_number(f"0{part}" if part else "0") - ahead


def quote_text(text: str) -> str:
    """Return the quoted string of a text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def unquote_text(text: str) -> str:
    r"""Return the text of a quoted string: `\\"` and `\\\\` stand for `"` and `\\`."""
    return re.sub(r'\\(["\\])', r"\1", text[1:-1])
