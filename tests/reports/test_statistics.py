"""What each check took: the same counts on every machine and with any number of processes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import specdsl
from benchmarks.generate import tangle
from specdsl.apps.cli import group
from specdsl.base.diagnostics import Report
from specdsl.base.statistics import COUNTS, count_event
from specdsl.checks import CHECKS
from tests.random_specs import random_spec

SPEC = """\
authority owner
fact paid, asked: int 0..100
fact late: bool
decision refund: full > none
rule enough at owner when paid > asked + 10 then refund is full
rule unless_late at owner when late and paid > asked then refund is none
"""


def counts(report: Report) -> dict[str, Mapping[str, int]]:
    return {name: {what: spent.of(what) for what in COUNTS} for name, spent in report.statistics}


def test_each_check_has_its_counts_and_a_report_has_none_unasked() -> None:
    spec = specdsl.loads(SPEC)
    report = specdsl.check(spec, statistics=True)
    assert report == specdsl.check(spec)
    assert specdsl.check(spec).statistics == ()
    found = counts(report)
    assert list(found) == [one.code.name for one in CHECKS]
    clash = found["contradiction"]
    assert clash["questions"] > 0 < clash["relations_beside"] <= clash["solver_calls"]
    assert clash["situations"] == 1
    assert all(spent.seconds >= 0 for _, spent in report.statistics)


@pytest.mark.parametrize("text", [SPEC, tangle(120).text], ids=["small", "several decisions"])
def test_counts_are_the_same_each_time_and_with_any_number_of_processes(text: str) -> None:
    spec = specdsl.loads(text)
    found = counts(specdsl.check(spec, statistics=True))
    assert counts(specdsl.check(specdsl.loads(text), statistics=True)) == found
    assert counts(specdsl.check(spec, statistics=True, jobs=3)) == found


def test_what_is_asked_does_not_hang_on_where_things_are_in_memory() -> None:
    """Sets of facts were gone through in another order each time (seed 2019: sizes of sets)."""
    texts = [random_spec(2019), *map(random_spec, range(3))]
    for text in texts:
        every = [counts(specdsl.check(specdsl.loads(text), statistics=True)) for _ in range(5)]
        assert every == [every[0]] * 5


def test_mends_are_counted_by_themselves() -> None:
    spec = specdsl.loads(SPEC)
    alone = counts(specdsl.check(spec, statistics=True))
    found = counts(specdsl.check(spec, statistics=True, mends="few"))
    assert found.pop("mends")["questions"] > 0
    assert found == alone


def test_nothing_is_counted_where_nobody_measures() -> None:
    spec = specdsl.loads(SPEC)
    before = counts(specdsl.check(spec, statistics=True))
    count_event("questions")
    specdsl.check(spec)
    assert counts(specdsl.check(spec, statistics=True)) == before


# --- on the command line -------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPECDSL_CACHE", "1")
    monkeypatch.setenv("SPECDSL_CACHE_DIR", str(tmp_path / "cache"))
    Path("a.spec").write_text(SPEC, encoding="utf-8")


def run(*words: str) -> Result:
    return CliRunner().invoke(group, ["check", "a.spec", *words], prog_name="specdsl")


def test_the_table_stands_below_the_summary_and_nothing_is_from_the_cache() -> None:
    plain = run().output
    for _ in range(2):
        shown = run("--statistics").output
        assert shown.startswith(plain)
        head, *rows = shown.removeprefix(plain).strip().splitlines()
        assert head.split("  ")[0] == "check"
        assert [row.split()[0] for row in rows[:2]] == ["inconsistent-assumptions", "contradiction"]
        assert [row.split()[0] for row in rows[-3:]] == ["mends", "all", "relations:"]
        assert re.fullmatch(r"all +\d+\.\d\d( +[\d,]+){4}", rows[-2])
        assert len({len(row) for row in (head, *rows[:-1])}) == 1, "columns end where they should"


def test_of_several_specs_each_has_a_table() -> None:
    Path("b.spec").write_text(SPEC, encoding="utf-8")
    shown = run("b.spec", "--statistics", "--output-format", "concise").output
    assert [line for line in shown.splitlines() if line in ("a.spec", "b.spec")] == [
        "a.spec",
        "b.spec",
    ]


def test_json_has_the_counts_and_apart_from_them_the_seconds() -> None:
    first, second = (
        json.loads(run("--statistics", "--output-format", "json").output)["statistics"]
        for _ in range(2)
    )
    seconds = [[one.pop("seconds") for one in rows] for rows in (first, second)]
    assert first == second
    assert all(isinstance(number, float) for row in seconds for number in row)
    assert {*first[0]} == {"file", "check", *COUNTS}
    assert "statistics" not in json.loads(run("--output-format", "json").output)


def test_formats_without_a_place_for_it_refuse() -> None:
    refused = run("--statistics", "--output-format", "sarif")
    assert refused.exit_code == 2
    assert "`--statistics` is printed as text, concise, json" in refused.output
