"""Fault codes of priorities."""

from __future__ import annotations

from specdsl.base.diagnostics import Code, Severity

CYCLIC_VALUES = Code(
    "SD201",
    "cyclic-priority",
    Severity.ERROR,
    """Values are ordered in a cycle, so each would rank above itself.

The shortest cycle is shown, with the place of each of its pairs.

Example:

    priority safety > honesty
    priority honesty > safety

Instead: delete one of the pairs.

    priority safety > honesty
""",
    kind="cycle",
)
CYCLIC_RANK = Code(
    "SD202",
    "cyclic-rank",
    Severity.ERROR,
    """Rules of one level outrank each other in a cycle, because of `overrides` or of their values.

The shortest cycle is shown, with the reason and the place of each step. An `overrides` reverses the
order of two values for these two rules only; if a third rule with a value between them closes a
cycle, override that rule as well.

Example:

    rule one at user then refund is pay overrides two
    rule two at user then refund is decline overrides one

Instead: delete one of the steps.

    rule one at user then refund is pay overrides two
    rule two at user then refund is decline
""",
    kind="cycle",
)

CODES = (CYCLIC_VALUES, CYCLIC_RANK)
