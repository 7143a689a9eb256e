"""What a spec says otherwise, it still says: random specs rewritten, decided and checked anew.

No rewriting changes a decision: its outcome, its flags, who wins and what clashes; and none changes
what the check finds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import specdsl
from specdsl.api import Policy, Spec
from specdsl.base.diagnostics import Report
from specdsl.base.source import Source
from specdsl.frontend.syntax.canonical_layout import format_text
from specdsl.runtime.results import BadInput
from tests.acceptance.findings import KEYS
from tests.random_specs import Draft, drafts, random_draft, random_situation
from tests.semantics import rewriting
from tests.semantics.rewriting import Rewritten

pytestmark = pytest.mark.slow

SITUATIONS = 12
SEEDS = range(24)
OF_THE_MAIN_FILE = {"idle_facts", "idle_levels"}
OF_WHAT_COULD_BE_LEFT_OUT = {key for key in KEYS if key.startswith("idle")} | {
    *("redundant", "dead_conjuncts")
}

some = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
randoms = st.randoms(use_true_random=False)


# --- what is compared ----------------------------------------------------------------------------


def load(found: Rewritten) -> Spec:
    return specdsl.loads(found.text, "random.spec", found.library)


@lru_cache(maxsize=4)
def decided(text: str) -> Policy:
    """The decision function of a spec that is compared with several."""
    return Policy(load(Rewritten(text)).circuit)


def report(found: Rewritten) -> Report:
    """The findings of a spec; it may be compared with several."""
    return _report(found.text, tuple(found.library.items()))


@lru_cache(maxsize=4)
def _report(text: str, library: tuple[tuple[str, str], ...]) -> Report:
    return specdsl.check(load(Rewritten(text, dict(library))))


def answer(policy: Policy, situation: Mapping[str, Any], found: Rewritten, winners: bool) -> Any:
    """What becomes of each decision, or the names at fault; in the rewritten spec's names, without
    the rules that it has more. `winners` depend on the order of names."""
    name = found.rename
    try:
        traces = policy.trace(situation["facts"], situation["says"])
    except BadInput as error:
        return sorted(name(fault.name) for fault in error.faults)
    return {
        name(taken.name): (
            taken.outcome and name(taken.outcome),
            taken.decided,
            taken.conflicted,
            taken.failed,
            [name(one) for one in taken.because if one not in found.added] if winners else None,
            {frozenset(map(name, clash)) for clash in taken.clashes if not clash & found.added},
        )
        for taken in traces
    }


def decides_alike(made: Draft, found: Rewritten, random: Random, winners: bool = True) -> None:
    one, other = decided(made.text), Policy(load(found).circuit)
    bare = Rewritten("", added=found.added)
    for _ in range(SITUATIONS):
        situation = random_situation(random, one._circuit.spec)
        here = answer(one, situation, found, winners)
        there = rewriting.in_situation(situation, found.rename)
        assert answer(other, there, bare, winners) == here, situation


def kinds(report: Report, found: Rewritten) -> dict[str, set[Any]]:
    """All findings by key, in the rewritten spec's names, without those about rules that it has
    more."""
    assert not report.unproved
    return {
        key: {
            _named(one.ours(finding), found)
            for finding in report.findings
            if finding.code.name == one.check
            and not found.added & set(finding.fields.get("rules", ()))
        }
        for key, one in KEYS.items()
    }


def _named(item: Any, found: Rewritten) -> Any:
    match item:
        case str():  # a name, or a clause, in which the layout may take brackets away
            return rewriting.in_text(re.sub(r"[()]", "", item), found.rename)
        case tuple() | frozenset():
            return type(item)(_named(part, found) for part in item)
        case _:
            return item


def finds_alike(made: Draft, found: Rewritten, but: set[str] | None = None) -> None:
    bare = Rewritten("", added=found.added)
    before = kinds(report(Rewritten(made.text)), found)
    after = kinds(report(found), bare)
    for key in before.keys() - (but or set()):
        assert after[key] == before[key], key


# --- decisions -----------------------------------------------------------------------------------


@some
@given(drafts(), randoms)
def test_order_of_statements(made: Draft, random: Random) -> None:
    decides_alike(made, rewriting.reversed_(made), random)
    decides_alike(made, rewriting.shuffled(made, random), random)


@some
@given(drafts(small=False), randoms)
def test_layout(made: Draft, random: Random) -> None:
    found = rewriting.formatted(made)
    assert format_text(Source("random.spec", found.text)) == found.text
    decides_alike(made, found, random)
    decides_alike(made, rewriting.on_one_line(made), random)


@some
@given(drafts(), randoms)
def test_files(made: Draft, random: Random) -> None:
    decides_alike(made, rewriting.in_files(made, random), random)


@some
@given(drafts(), randoms)
def test_names(made: Draft, random: Random) -> None:
    """In the same order, and then backwards: who wins of several is settled by name."""
    spec = load(Rewritten(made.text)).model
    same_order = rewriting.renamed(made, spec, lambda name: f"n_{name}")
    decides_alike(made, same_order, random)
    backwards = sorted(rewriting.names(spec), reverse=True)
    numbers = {name: f"n{number:03}" for number, name in enumerate(backwards)}
    decides_alike(made, rewriting.renamed(made, spec, numbers.__getitem__), random, winners=False)


@some
@given(drafts(), randoms)
def test_policies_around_rules(made: Draft, random: Random) -> None:
    decides_alike(made, rewriting.wrapped(made, random), random)


@some
@given(drafts(), randoms)
def test_a_rule_said_twice(made: Draft, random: Random) -> None:
    for rule in rules(made):
        decides_alike(made, rewriting.with_copy(made, rule), random, winners=False)


def rules(made: Draft) -> list[str]:
    """The names of those at the top."""
    return [one.split()[1] for one in made.statements if one.startswith("rule ")]


# --- findings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_findings_of_the_same_spec_said_otherwise(seed: int) -> None:
    made, random = random_draft(seed), Random(seed)
    spec = load(Rewritten(made.text)).model
    finds_alike(made, rewriting.reversed_(made))
    finds_alike(made, rewriting.shuffled(made, random))
    finds_alike(made, rewriting.formatted(made))
    finds_alike(made, rewriting.in_files(made, random), but=OF_THE_MAIN_FILE)
    finds_alike(made, rewriting.renamed(made, spec, lambda name: f"x_{name[::-1]}"))
    finds_alike(made, rewriting.wrapped(made, random))


@pytest.mark.parametrize("seeds", [range(30), range(30, 60)], ids=str)
def test_a_shadowed_rule_changes_nothing(seeds: range) -> None:
    """A rule found to be shadowed is none to any decision, nor to any other finding, save those of
    what could be left out: without what shadows it, it may take effect."""
    tried = 0
    for seed in seeds:
        random = Random(seed)
        made = guarded(random_draft(seed))
        found = rewriting.with_rule(made, "more", low(made))
        unreachable = (f for f in report(found).findings if f.code.name == "unreachable-rule")
        if "more" in (finding.fields["rules"][0] for finding in unreachable):
            tried += 1
            decides_alike(made, found, random)
            finds_alike(made, found, but=OF_WHAT_COULD_BE_LEFT_OUT)
    assert tried >= 10


def guarded(made: Draft) -> Draft:
    """With a rule at the top that nothing below can move."""
    spec = load(Rewritten(made.text)).model
    decision = spec.decisions[-1]
    guard = f"rule guard at {spec.levels[0].name} then {decision.name} is {decision.outcomes[-1]}"
    return Draft(made.head, (*made.statements, guard))


def low(made: Draft) -> str:
    """A rule at the bottom that asks for something else."""
    spec = load(Rewritten(made.text)).model
    decision = spec.decisions[-1]
    return f"rule more at {spec.levels[-1].name} then {decision.name} is {decision.outcomes[0]}"
