"""Fault codes of priorities."""

from __future__ import annotations

from specdsl.base.diagnostics import Code, Severity

CYCLIC_VALUES = Code(
    "SD201",
    "cyclic-priority",
    Severity.ERROR,
    """Values are ordered in a circle: each would rank above itself.

The shortest circle is shown, with the place of each of its steps. Take one of them back.

    priority safety > honesty
    priority honesty > safety        wrong
    priority safety > helpfulness    right
""",
    kind="cycle",
)
CYCLIC_RANK = Code(
    "SD202",
    "cyclic-rank",
    Severity.ERROR,
    """Rules of one level outrank each other in a circle, by `overrides` or by their values.

The shortest circle is shown with the reason and the place of each step. An `overrides` turns the
order of two values round for these two rules only; where a third rule of a value between them
closes a circle, override that one as well.

    rule one at user then pay is yes overrides two
    rule two at user then pay is no overrides one        wrong
    rule two at user then pay is no                      right
""",
    kind="cycle",
)

CODES = (CYCLIC_VALUES, CYCLIC_RANK)
