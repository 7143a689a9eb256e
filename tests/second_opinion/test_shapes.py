"""The second opinion on specs of the shapes of the benchmarks; `python -m tests.second_opinion`
asks for it on more of them."""

from __future__ import annotations

import re

import pytest

from tests.second_opinion import __main__ as command
from tests.second_opinion.judged import Judged, Written

pytest.importorskip("cvc5", reason="cvc5 is not installed: THE SECOND OPINION WAS NOT TESTED")


def test_a_table_is_judged_and_the_last_line_sums_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--shapes", "table", "--each", "1"]) == 0
    *_, last = capsys.readouterr().out.splitlines()
    found = re.match(r"1 specs: no disagreement; (\d+) answers agree, 0 not given, 0 left", last)
    assert found
    assert int(found[1]) > 50


def test_a_breakdown_is_a_disagreement(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(written: Written, seconds: float) -> Judged:
        raise ValueError(f"no {written.name}")

    monkeypatch.setattr(command, "judge", fail)
    assert command.main(["--shapes", "table,chain", "--each", "1"]) == 1
    printed = capsys.readouterr().out
    assert "  DISAGREE: ValueError: no table 1\n" in printed
    assert "2 specs: 2 DISAGREE; 0 answers agree" in printed
