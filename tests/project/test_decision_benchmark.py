"""The decision benchmark runs, and our module decides as the first rule that applies says."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import decide
from benchmarks.c_extension import has_compiler
from benchmarks.decision_engines import ENGINES, emitted_module
from benchmarks.prioritised import first_outcome, prioritised_rules, requests


@pytest.mark.parametrize("kind", decide.WORKLOADS)
@pytest.mark.parametrize("count", [1, 10, 300])
def test_our_module_decides_as_the_rules_say(kind: str, count: int) -> None:
    rules = prioritised_rules(kind, count)
    module = emitted_module(rules)
    for facts in requests(300):
        expected = first_outcome(rules, facts)
        assert module.decide(facts).answer == expected
        assert module.decide_facts(module.FactRecord(facts)).answer == expected


@pytest.mark.skipif(not has_compiler(), reason="needs gcc and the headers of Python")
@pytest.mark.parametrize("kind", decide.WORKLOADS)
def test_the_c_extension_decides_as_the_rules_say(kind: str) -> None:
    rules = prioritised_rules(kind, 300)
    (engine,) = (one for one in ENGINES if one.compiler)
    found, request_of = engine.make(rules)
    for facts in requests(300):
        assert found(request_of(facts)) == first_outcome(rules, facts)


def test_it_prints_a_table_and_draws_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    asked = ["--ours", "--rules", "10", "--rounds", "1", "--workloads", "scoped"]
    assert decide.main([*asked, "--picture", str(tmp_path / "decide.svg")]) == 0
    printed = capsys.readouterr().out
    ours = [one.name for one in ENGINES if one.package == "specdsl" and decide.installed(one)]
    assert all(f"| {name} |" in printed for name in ours)
    picture = (tmp_path / "decide.svg").read_text(encoding="utf-8")
    assert all(f">{name}<" in picture for name in ours)
