"""The faster engine against Z3: the same findings, the same proofs."""

from __future__ import annotations

import pytest

from specdsl.api import replay
from specdsl.base.diagnostics import Report
from specdsl.checks import check, undecided_situations
from specdsl.pipeline import load_text
from specdsl.reasoning.sat.engine import Limits
from tests.random_specs import random_spec


def report(text: str, judge: bool) -> Report:
    circuit = load_text(text, "random.spec").require_circuit()
    return check(circuit, replay(circuit), limits=Limits(z3_only=judge))


def told(found: Report) -> list[tuple[object, ...]]:
    """What the engines must agree on: every finding, and what was proved. Of several minimal sets
    of rules that shadow one, and of several minimal lists of regions, each may name another."""
    findings = [
        (
            d.code.id,
            d.severity,
            d.fields["decision"] if d.code is undecided_situations.CODE else d.message,
        )
        for d in found.findings
    ]
    return [*findings, *((c.code.id, c.result) for c in found.checks)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(24))
def test_both_find_the_same(seed: int) -> None:
    text = random_spec(seed)
    assert told(report(text, judge=False)) == told(report(text, judge=True))
