"""Two situations that differ in one fact: the pairs tried stand for all others."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from random import Random

import pytest

from specdsl.frontend.model import nodes as m
from specdsl.pipeline import load_text
from specdsl.semantics.reference.read_facts import Value, read_facts
from tests.bruteforce import study as studies
from tests.bruteforce import texts, twins
from tests.bruteforce.findings import enumerate_findings
from tests.bruteforce.linear import Unenumerable
from tests.bruteforce.study import Study
from tests.bruteforce.valuations import impossible
from tests.random_specs import random_situation, random_spec

RELATED = """
authority top
fact a, b: {what}
fact tags: set of {{vip, staff}}?
fact m: {what}
decision d: yes > no
rule r at top when {when} then d is no
"""
CASES = {
    "numbers": ("number?", "a < b or a = 2 * b - 1 or max(a, 0) > m"),
    "range": ("number -1..2", "a < b and not a + m > b + 1"),
    "whole": ("int 0..2", "a < b or 2 * a = m + 1"),
    "whole and others": ("number", "a < size of tags or b > size of tags and a != m"),
    "durations": ("duration 0s..1d?", "a <= b - 12h or m = a"),
    "times": ("time?", "a - 1d < b and (b > 2025-03-01T12:00:00Z or m != b)"),
    "texts": ("text?", 'a < b or a like "a*" and b > "a" or b like "*b"'),
}


def profiles(study: Study, fact: m.Fact) -> set[frozenset[object]]:
    return {frozenset((a.profile, b.profile)) for a, b in study.otherwise(fact)}


def shown(study: Study, random: Random) -> tuple[m.Fact, frozenset[object]] | None:
    """What a random situation and another with one fact changed come to; None if illegal."""
    spec = study.written
    fact = random.choice(spec.facts)
    situation, other = (random_situation(random, spec, bad=0)["facts"] for _ in range(2))
    given = [situation, {**situation, fact.name: other.get(fact.name)}]
    read = [read_facts(spec, facts) for facts in given]
    named: list[dict[str, Value]] = [{f.name: v for f, v in values.items()} for values, _ in read]
    if any(faults for _, faults in read) or any(impossible(spec, one) for one in named):
        return None
    return fact, frozenset(study.conditions.profile(one) for one in named)


def judge(study: Study, random: Random, count: int) -> int:
    """How many pairs that are not decided alike were seen, each of them among those tried."""
    known = {fact.name: profiles(study, fact) for fact in study.spec.facts}
    seen = 0
    for _ in range(count):
        found = shown(study, random)
        if found is not None and len(found[1]) > 1:
            assert found[1] in known[found[0].name], found[0].name
            seen += 1
    return seen


@pytest.mark.parametrize("case", CASES)
def test_pairs_of_related_facts(case: str) -> None:
    what, when = CASES[case]
    text = RELATED.format(what=what, when=when)
    assert judge(Study(load_text(text).require_circuit().spec), Random(1), 600) > 20


def test_pairs_of_random_specs() -> None:
    seen = 0
    for seed in range(60):
        study = Study(load_text(random_spec(seed)).require_circuit().spec)
        seen += judge(study, Random(seed), 40)
    assert seen > 200


def test_only_what_is_compared_with_endless_quantities_needs_a_twin() -> None:
    text = """
authority top
fact n, k: int 0..2
fact x, y: number
fact tags, others: set of {vip, staff}
decision d: yes > no
rule r at top when n < k and n < size of others and x > 1 and y > size of tags then d is no
"""
    study = Study(load_text(text).require_circuit().spec)
    need = (fact for fact in study.spec.facts if needs(study, fact))
    assert {fact.name for fact in need} == {"tags"}


def needs(study: Study, fact: m.Fact) -> bool:
    return twins.needs_twin(study.spec, study.conditions.exprs, fact)


def test_a_fact_compared_with_one_that_is_dealt_with_later() -> None:
    """Seed 680: of no two points tried was the time the same, so the duration seemed idle."""
    text = """
authority top
fact gap: duration 0s..1d
fact moment: time
decision d: yes > no
rule r at top when gap > moment - 2025-03-01T12:00:00Z then d is no
"""
    assert enumerate_findings(load_text(text).require_circuit().spec).found["idle_facts"] == []


def test_what_has_too_many_pairs_is_passed_over_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studies, "MANY", 1)
    text = """
authority top
fact x, y: number
decision d: yes > no
rule r at top when x < y or x < 1 or y > x + 3 then d is no
"""
    made = enumerate_findings(load_text(text).require_circuit().spec, most=40)
    assert made.too_large.keys() == {"idle_facts"}
    assert made.found["dead"] == []


def order(known: list[tuple[str, tuple[object, ...]]]) -> set[tuple[object, ...]]:
    return {(a, b, c) for (x, a), (y, b), (z, c) in product(known, repeat=3) if x < y < z}


@pytest.mark.parametrize(
    ("constants", "patterns"),
    [([], ["a*"]), (["ab"], ["a*", "c*"]), (["", "a"], ["*b"]), ([], ["?", "a?b"])],
)
def test_texts_show_any_order_of_three(constants: list[str], patterns: list[str]) -> None:
    tests = texts.Tests(frozenset(constants), frozenset(patterns), related=True)
    classed: Callable[[str], tuple[str, tuple[object, ...]]]
    classed = lambda text: (text, texts.class_of(tests, text))  # noqa: E731
    tried = order(list(map(classed, texts.representatives(tests))))
    short = ["".join(chars) for n in range(3) for chars in product("abcz", repeat=n)]
    assert order(list(map(classed, short))) <= tried


def test_three_texts_in_one_comparison_are_refused() -> None:
    text = """
authority top
fact a, b, c: text
decision d: yes > no
rule r at top when a < b and b < c then d is no
"""
    with pytest.raises(Unenumerable):
        enumerate_findings(load_text(text).require_circuit().spec)
