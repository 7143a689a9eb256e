"""What the check finds in random specs is what enumeration finds. `python -m tests.bruteforce` runs
more of them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import pytest

import specdsl
from specdsl.api import Spec
from specdsl.pipeline import load_text
from tests.acceptance import findings
from tests.bruteforce.compare import Case, compare
from tests.bruteforce.findings import KEYS, enumerate_findings
from tests.bruteforce.linear import Unenumerable
from tests.bruteforce.smallest import smallest
from tests.random_specs import KINDS, random_draft, random_of_kind
from tests.seeds import seeds

MOST = 600  # valuations of a spec
TENS = [range(start, start + 10) for start in seeds(0, 50)[::10]]


@pytest.mark.parametrize(
    "seeds", [TENS[0], *(pytest.param(ten, marks=pytest.mark.slow) for ten in TENS[1:])], ids=str
)
def test_check_finds_what_enumeration_finds(seeds: Iterable[int]) -> None:
    compared = {seed: compare(Case.of_kind(seed % 10, seed), MOST) for seed in seeds}
    assert {seed: one.misses for seed, one in compared.items() if one.misses} == {}
    assert sum(not one.too_large for one in compared.values()) >= 8
    assert sum(sum(one.agree.values()) for one in compared.values()) > 50


@pytest.mark.parametrize("kind", KINDS)
def test_many_of_one_thing(kind: str) -> None:
    """Each decides what another leaves open, and few of them are like any other."""
    compared = {seed: compare(Case(random_of_kind(kind, seed)), 2 * MOST) for seed in seeds(0, 8)}
    assert {seed: one.misses for seed, one in compared.items() if one.misses} == {}
    assert not any(one.unproved or one.too_large for one in compared.values())
    assert sum(sum(one.agree.values()) for one in compared.values()) > 50


@pytest.mark.slow
def test_every_kind_of_finding_is_compared() -> None:
    """Or agreement would say little: the random specs have some of each."""
    missing = {"assumptions_inconsistent", *KEYS}
    for seed in range(300):
        if not missing:
            break
        case = Case.of_kind(seed % 10, seed)
        spec = load_text(case.text, "random.spec", case.library).require_circuit().spec
        with suppress(Unenumerable):  # what has been found need not be looked for again
            items = enumerate_findings(spec, missing, most=MOST).found.items()
            missing -= {key for key, some in items if some}
    assert not missing


def test_the_comparison_notices() -> None:
    """The findings of a spec are not those of the spec without one of its rules."""
    noticed = 0
    for seed in range(12):
        made = random_draft(seed)
        rules = [one for one in made.statements if one.startswith("rule ")]
        others = "\n".join(one for one in (made.head, *made.statements) if one not in rules[:1])
        loaded = load_text(others, "random.spec")
        if rules and loaded.circuit is not None:
            spec = load_text(made.text, "random.spec").require_circuit().spec
            enumerated = enumerate_findings(spec).found
            report = specdsl.check(Spec(loaded, {}))
            noticed += bool(findings.compare("", enumerated, report).misses)
    assert noticed >= 6


def has_a_dead_rule(text: str) -> bool:
    loaded = load_text(text, "random.spec")
    return bool(loaded.circuit and enumerate_findings(loaded.circuit.spec).found.get("dead"))


def test_the_smallest_spec_of_a_difference() -> None:
    """Here the difference is that a rule is dead."""
    text = """
authority top > low
fact late, vip: bool
decision d: a > b
policy p when late {
  rule r at top
    when vip and (not late or vip != late)
    then d is b
    because "it is so"
}
rule other at low
  when vip
  then d is a
"""
    found = smallest(text, has_a_dead_rule)
    lines = found.split("\n")
    assert has_a_dead_rule(found)
    assert "other" not in found
    assert "because" not in found
    assert not any(
        has_a_dead_rule("\n".join(lines[:i] + lines[i + 1 :])) for i in range(len(lines))
    )
