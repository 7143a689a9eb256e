"""Decisions that count as unchanged are proved equal when they are compared all the same."""

from __future__ import annotations

import pytest

import specdsl
from specdsl.reasoning.sat.engine import Limits
from specdsl.verification.two_specs.decision_results import equal_results
from specdsl.verification.two_specs.partial_edits import PartialEdits
from specdsl.verification.two_specs.spec_pair import SpecPair, pair_specs
from specdsl.verification.two_specs.unchanged_decisions import unchanged_decisions
from tests.analyses.diff.cases import load_statements, pair_of_specs, spec_text

OLD = """
authority platform > dev > user
principal system at platform
principal coder at dev implied at user
principal tool without authority
fact p: bool
decision d: a > b > c
decision e: x > y
rule r at dev when p then d is not a
"""
NEW = OLD.replace("platform > dev", "root > system_level > dev").replace(
    "at platform", "at system_level"
)


def pair_of(old: str, new: str) -> SpecPair:
    return pair_specs(specdsl.loads(old).circuit, specdsl.loads(new).circuit, PartialEdits({}, {}))


@pytest.mark.parametrize(
    ("new", "unchanged"),
    [
        (NEW, {"d", "e"}),
        (NEW + "rule top at root when p then e is y\n", {"d"}),
        (NEW.replace("system at system_level", "system at dev"), set()),
        (NEW.replace("system_level > dev", "dev > system_level"), set()),
        (NEW.replace("rule r at dev", "rule r at system_level"), {"e"}),
        (NEW + "delegate tool at system_level on d when p\n", {"e"}),
        (OLD.replace("coder at dev implied at user", "coder at dev"), set()),
    ],
)
def test_names_of_levels_do_not_matter_but_what_stands_there_does(
    new: str, unchanged: set[str]
) -> None:
    assert unchanged_decisions(pair_of(OLD, new)) == unchanged


@pytest.mark.parametrize("new", [NEW, NEW + "rule top at root when p then e is y\n"])
def test_unchanged_decisions_are_equal_in_all_situations(new: str) -> None:
    pair = pair_of(OLD, new)
    for name in unchanged_decisions(pair):
        assert not _differs(pair, name)


@pytest.mark.parametrize("seed", range(400, 430))
def test_random_edits_leave_only_equal_decisions_unchanged(seed: int) -> None:
    old, new = pair_of_specs(seed)
    assert load_statements(old) is not None
    pair = pair_of(spec_text(old), spec_text(new))
    for name in unchanged_decisions(pair):
        assert not _differs(pair, name)


def _differs(pair: SpecPair, name: str) -> bool:
    before, after = (pair.result_literals(world, name) for world in (pair.old, pair.new))
    differ = equal_results(pair.graph, before, after) ^ 1
    return pair.queries_about(name, Limits()).prover(differ).is_satisfiable(differ)
