"""The last line of a run says what was compared and what came of it."""

from __future__ import annotations

import re

import pytest

from tests.bruteforce.__main__ import main
from tests.bruteforce.compare import Compared
from tests.bruteforce.total import Total


def test_summary_counts_what_differs_and_what_was_left_out() -> None:
    total = Total(range(7, 10))
    total.add(7, Compared(codes={"SD404": 2, "SD301": 1}, check_seconds=2, enumeration_seconds=1))
    total.add(8, Compared(too_large="too many values"))
    unproved = ("dead-rule: no time",)
    total.add(9, Compared(codes={"SD404": 1}, misses=("dead: too many x",), unproved=unproved))
    assert total.summary() == (
        "seeds 7 to 9: 1 DISAGREE; 2 specs compared, 1 too large, 1 checks unproved; "
        "found SD301 1, SD404 3; check 2 s, enumeration 1 s, slowest spec 3.0 s (seed 7)"
    )


def test_summary_is_the_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--seed", "3", "--count", "2"])
    last = capsys.readouterr().out.splitlines()[-1]
    assert status == 0
    assert re.match(r"seeds 3 to 4: everything agrees; 2 specs compared, .*; found SD\d+ \d", last)
