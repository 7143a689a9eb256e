"""Fault codes of lowering."""

from __future__ import annotations

from specdsl.base.diagnostics import Code, Severity

TOO_MANY_CASES = Code(
    "SD190",
    "too-many-cases",
    Severity.ERROR,
    """A condition has too many cases, or numbers with too many digits.

Every `if … else`, `min` and `max` inside one comparison multiplies its cases. The digits of all its
numbers, multiplied and divided, are counted, too.

Instead: split the condition, or let the caller compute the value and supply it as a fact.

Limits: 1,000 cases of a condition, 100,000 pairs of cases in all, 3,000 digits of all numbers of a
comparison.
""",
    kind="type",
)

CODES = (TOO_MANY_CASES,)
