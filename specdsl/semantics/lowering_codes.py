"""Fault codes of lowering."""

from __future__ import annotations

from specdsl.base.diagnostics import Code, Severity

TOO_MANY_CASES = Code(
    "SD190",
    "too-many-cases",
    Severity.ERROR,
    """A condition chooses between too many ways of computing a number or a text: every `if … else`,
`min` and `max` inside one comparison multiplies its cases. Or its numbers, multiplied and divided,
have more digits than anybody can read. Split the condition, or let the caller compute the value and
give it as a fact.

Limits: 1,000 cases a condition, 100,000 pairs of cases in all, 3,000 digits of all numbers of a
comparison.
""",
    kind="type",
)

CODES = (TOO_MANY_CASES,)
