"""Reports of drift: text and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specdsl.base.plain_text import json_text, visible
from specdsl.evaluation.drift import DriftReport, RuleDrift

SMALLEST_P = 1e-300
"""A p-value below which a number of the machine is 0."""


def drift_text(found: DriftReport) -> str:
    """Return the rules that moved, and how many did not."""
    return "".join(f"{visible(line)}\n" for line in _text_lines(found))


def _text_lines(found: DriftReport) -> Iterator[str]:
    before, after = found.windows
    moved = found.moved
    yield f"{len(moved)} of {len(found.rules)} rules moved between {before} and {after}"
    for one in moved:
        yield f"  {one.decision}: {one.rule or '(no rule stands)'}"
        yield f"    kept {_share(one, True)} before, {_share(one, False)} after"
        yield f"    change {one.change:+.2%}, between {one.low:+.2%} and {one.high:+.2%}"
        yield f"    p {f'= {one.p:.2g}' if one.p > SMALLEST_P else f'< {SMALLEST_P:.0e}'}"
    yield f"the chance of any false report, of all rules together, is at most {found.level:.0%}"


def _share(one: RuleDrift, first: bool) -> str:
    window = one.before if first else one.after
    return f"{window.share:.2%} of {window.rows:,}"


def drift_json(found: DriftReport) -> str:
    """Return all rules as JSON."""
    rules: list[dict[str, Any]] = [
        {
            "decision": one.decision,
            "rule": one.rule,
            "before": {"kept": one.before.kept, "rows": one.before.rows},
            "after": {"kept": one.after.kept, "rows": one.after.rows},
            "change": one.change,
            "interval": [one.low, one.high],
            "p": one.p,
            "moved": one.p < found.level,
        }
        for one in found.rules
    ]
    whole = {"windows": list(found.windows), "level": found.level, "rules": rules}
    return json_text(whole, indent=2, only_ascii=False) + "\n"
