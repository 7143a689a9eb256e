"""Times and dates of findings can be written, and what cannot be written is in none."""

from __future__ import annotations

import pytest

import specdsl
from specdsl.base.diagnostics import Report

HEAD = """
authority root
decision d: a > b
fact x, y: time
fact day: date
"""


def checked(rules: str) -> Report:
    return specdsl.check(specdsl.loads(HEAD + rules))


@pytest.mark.parametrize(
    "condition",
    [
        "x < 0001-01-01T00:00:00+23:59",
        "x > 9999-12-31T23:59:59-23:59 + 1s",
        "day < 0001-01-01",
        "day > 9999-12-31",
        "x - y > 3660000d",
        "x > y and y >= 9999-12-31T23:59:59-23:59 + 1s",
    ],
)
def test_beyond_the_calendar_is_nothing(condition: str) -> None:
    found = checked(f"rule never at root when {condition} then d is b")
    assert "SD401" in [d.code.id for d in found.findings]


@pytest.mark.parametrize(
    ("condition", "x"),
    [
        ("x < 0001-01-01T00:00:00Z", "0001-01-01T23:58:59+23:59"),
        ("x > 9999-12-31T23:59:59.9Z", "9999-12-31T00:01:00.9-23:59"),
        ("x < y and y < 0001-01-01T00:00:00+23:58", None),
        ("x < y and y < x + 1s and 3 * (y - x) < 2s and 3 * (y - x) > 1s", None),
    ],
)
def test_what_can_just_be_written_is_found_and_replayed(condition: str, x: str | None) -> None:
    """With an offset where UTC has no such year; a third of a second is never needed."""
    found = checked(f"""
    rule one at root when {condition} then d is b
    rule two at root when {condition} then d is a
    """)
    assert [d.code.id for d in found.findings if d.code.id < "SD400"] == ["SD301"]
    assert not [c for c in found.checks if c.result == "unproved"]
    (clash,) = (d for d in found.findings if d.code.id == "SD301")
    if x is not None:
        assert clash.fields["replay"]["facts"]["x"] == x
