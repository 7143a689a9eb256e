"""All situations of small specs: the three agree in everything that they say of each."""

from __future__ import annotations

import pytest

from tests.agreement.cases import CASES, Case
from tests.agreement.judges import Judges


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.split(":")[0])
def test_all_situations(case: Case) -> None:
    judges = Judges(case.text)
    for situation in case.situations(judges.spec):
        differences = judges.differences(situation)
        assert not differences, (differences, situation)
