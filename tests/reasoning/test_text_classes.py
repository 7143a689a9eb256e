"""Classes of texts against brute force: every short text over a few letters."""

from __future__ import annotations

import re
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import specdsl
from specdsl.base.source import Source, Span
from specdsl.frontend.model.nodes import Fact, Kind, Type
from specdsl.reasoning.texts.text_classes import TextAtom, group_texts, text_classes
from specdsl.runtime.wildcards import matches_pattern as at_run_time
from specdsl.runtime.wildcards import matches_pieces
from specdsl.semantics.aig import TextCompare, TextMatches, TextRelation
from specdsl.semantics.fact_values import FactValues
from specdsl.semantics.text_patterns import matches_pattern as in_circuits

NOWHERE = Span(Source("test", ""), 0, 0)


def text_fact(name: str) -> Fact:
    return Fact(name, Type(Kind.TEXT), False, False, "", NOWHERE, NOWHERE)


ONE, TWO, THREE = text_fact("one"), text_fact("two"), text_fact("three")

GROUPS: dict[str, tuple[TextAtom, ...]] = {
    "patterns": (TextMatches(ONE, "a*"), TextMatches(ONE, "*b"), TextMatches(ONE, "?")),
    "overlapping patterns": (
        TextMatches(ONE, "*ab*"),
        TextMatches(ONE, "*ba*"),
        TextMatches(ONE, "a\\*"),
    ),
    "constants": (
        TextCompare(ONE, "=", "ab"),
        TextCompare(ONE, "<", "b"),
        TextCompare(ONE, "<=", "a"),
        TextCompare(ONE, "<", ""),
    ),
    "pattern and constant": (TextMatches(ONE, "*.b"), TextCompare(ONE, "<", "ab")),
    "two texts": (TextRelation(ONE, "<", TWO), TextRelation(ONE, "=", TWO), TextMatches(ONE, "a*")),
    "equal texts": (
        TextRelation(ONE, "=", TWO),
        TextCompare(ONE, "=", "ab"),
        TextMatches(TWO, "?"),
        TextCompare(TWO, "<", "b"),
    ),
    "three equal texts": (
        TextRelation(ONE, "=", TWO),
        TextRelation(THREE, "=", TWO),
        TextCompare(THREE, "=", "a"),
        TextCompare(ONE, "<=", "a"),
        TextMatches(TWO, "*b"),
    ),
    "two bounded texts": (
        TextRelation(TWO, "<", ONE),
        TextCompare(ONE, "<", "a"),
        TextCompare(TWO, "=", "aa"),
        TextMatches(TWO, "?"),
    ),
}


@pytest.mark.parametrize("name", GROUPS)
def test_every_short_text_has_a_class_and_every_class_its_text(name: str) -> None:
    atoms = GROUPS[name]
    ((facts, members),) = group_texts(atoms)
    group = text_classes(facts, tuple(members))
    found = {frozenset(group.atoms[i] for i in one.holds) for one in group.classes}
    for one in group.classes:
        values = FactValues(dict(zip(facts, one.texts, strict=True)))
        assert {i for i, atom in enumerate(group.atoms) if values.holds(atom)} == one.holds
    letters = ["".join(t) for n in range(4) for t in product("ab.*z!", repeat=n)]
    short = letters[: {1: 10_000, 2: 260, 3: 43}[len(facts)]]
    for texts in product(short, repeat=len(facts)):
        values = FactValues(dict(zip(facts, texts, strict=True)))
        assert frozenset(atom for atom in group.atoms if values.holds(atom)) in found


def unproved(text: str) -> set[str]:
    return {check.code.name for check in specdsl.check(specdsl.loads(text)).unproved}


def test_texts_in_order_and_patterns_are_proved_together() -> None:
    """Once it is settled which text comes first, each of them is looked at by itself."""
    head = "authority root fact a, b, c: text decision d: yes > no "
    rules = """
        rule r at root when a like "word*" and b > a then d is no
        rule s at root when a like "*x*" then d is yes
        """
    assert not unproved(head + rules)
    three = 'rule r at root when a < b and b < c and a like "x*y" and c like "*z?w*" then d is no'
    assert "dead-rule" not in unproved(head + three)


@pytest.mark.parametrize("op", ["<", "="])
def test_very_many_texts_are_given_up_only_where_they_cannot_be_in_order(op: str) -> None:
    """Twelve texts that are compared with one another: of those that are likely some fit."""
    names = [f"t{i}" for i in range(12)]
    chain = " and ".join(f"{a} {op} {b}" for a, b in pairwise(names))
    told = " and ".join(f'{name} like "*{name}"' for name in names)
    head = f"authority root fact {', '.join(names)}: text decision d: yes > no "
    fitting = unproved(f"{head} rule r at root when {chain} and {told} then d is no")
    assert "dead-rule" not in fitting
    assert op == "<" or not fitting
    for end, settled in (("t11 < t0", True), ('t0 like "b*" and t11 like "a*"', op == "=")):
        found = unproved(f"{head} rule r at root when {chain} and {end} then d is no")
        assert ("dead-rule" not in found) is settled


def test_patterns_of_many_pieces_have_few_states() -> None:
    """From the last run on: what came before it does not matter any more."""
    atoms = (TextMatches(ONE, "a?*" * 80), TextMatches(ONE, "?b*" * 80))
    ((facts, members),) = group_texts(atoms)
    assert len(text_classes(facts, tuple(members)).classes) == 4


def test_a_state_of_very_many_is_given_up() -> None:
    """What is between the first character and the last can be told apart in a million ways."""
    some, later = f"a{'?' * 20}", f"?*a{'?' * 20}"
    condition = f'a like "*{some}" and not a like "{some}" and not a like "{later}"'
    head = "authority root fact a: text decision d: yes > no "
    assert "dead-rule" in unproved(f"{head} rule r at root when {condition} then d is no")
    apart = f'a like "*{some}" and a like "*b{some[1:]}"'
    assert not unproved(f"{head} rule r at root when {apart} then d is no")


def test_a_table_of_texts_is_proved() -> None:
    rows = "\n".join(
        f'rule r{i} at root when country = "{i:03} land" then d is o{i % 2}' for i in range(100)
    )
    assert not unproved(f"authority root fact country: text decision d: o0 > o1 {rows}")


def test_a_pattern_has_a_limit() -> None:
    spec = 'authority root fact a: text decision d: yes > no define b = a like "%s"'
    assert not unproved(spec % ("a" * 1_000))
    with pytest.raises(specdsl.SpecError, match="a pattern has at most 1,000 characters"):
        specdsl.loads(spec % ("a" * 1_001))


@given(
    st.lists(st.sampled_from(["a", "b", "*", "?", "\\"]), max_size=12).map("".join),
    st.text("ab*?\\\n", max_size=12),
)
def test_patterns_mean_the_same_everywhere(pattern: str, text: str) -> None:
    regex = "".join(
        {"*": ".*", "?": "."}.get(piece, re.escape(piece[-1]))
        for piece in re.findall(r"(?s)\\.|.", pattern)
    )
    expected = re.fullmatch(regex, text, re.DOTALL) is not None
    assert in_circuits(pattern, text) is expected
    assert at_run_time(pattern, text) is expected


@pytest.mark.parametrize(
    "pattern", ["a*b", "ab*ab", "*a*", "a*b*a", "*ab*b*", "**", "ab*b", "a*a*a"]
)
def test_pieces_match_as_the_pattern_does(pattern: str) -> None:
    start, *between, end = pattern.split("*")
    for size in range(7):
        for letters in product("ab", repeat=size):
            text = "".join(letters)
            expected = at_run_time(pattern, text)
            assert matches_pieces(text, start, tuple(between), end) is expected, text
