"""All situations of small specs: the three agree in everything that they say of each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from specdsl.semantics.reference import decide
from tests.agreement.cases import CASES, Case
from tests.agreement.judges import Judges


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.split(":")[0])
def test_all_situations(case: Case) -> None:
    judges = Judges(case.text)
    for situation in case.situations(judges.spec):
        differences = judges.differences(situation)
        assert not differences, (differences, situation)


def test_the_cases_show_everything_that_can_become_of_a_decision() -> None:
    """Or agreement would say little."""
    seen = {kind for case in CASES for kind in _kinds(case)}
    assert seen == {
        *("bad input", "taken", "default", "settled", "failed", "not taken"),
        *("standing", "overridden", "superseded", "ignored"),
    }


def _kinds(case: Case) -> Iterator[str]:
    spec = Judges(case.text).spec
    for situation in islice(case.situations(spec), 2_000):
        answer = decide(spec, situation["facts"], situation["says"])
        if answer.faults:
            yield "bad input"
        for one in answer.verdicts:
            if one.was_taken:
                yield "settled" if one.conflicted else "taken" if one.decided else "default"
            else:
                yield "failed" if one.failed else "not taken"
            statuses = ("standing", "overridden", "superseded", "ignored")
            yield from (status for status in statuses if getattr(one, status))
