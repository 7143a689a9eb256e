"""Classes of texts against brute force: every short text over a few letters."""

from __future__ import annotations

from itertools import product

import pytest

import specdsl
from specdsl.circuit.graph import TextCompare, TextMatches, TextRelation
from specdsl.circuit.values import Facts
from specdsl.model.nodes import Fact, Kind, Type
from specdsl.solver.texts import TextAtom, classes, group_texts
from specdsl.source import Source, Span

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
    group = classes(facts, tuple(members))
    found = {frozenset(group.atoms[i] for i in one.holds) for one in group.classes}
    for one in group.classes:
        values = Facts(dict(zip(facts, one.texts, strict=True)))
        assert {i for i, atom in enumerate(group.atoms) if values.holds(atom)} == one.holds
    letters = ["".join(t) for n in range(4) for t in product("ab.*z!", repeat=n)]
    short = letters[: {1: 10_000, 2: 260, 3: 43}[len(facts)]]
    for texts in product(short, repeat=len(facts)):
        values = Facts(dict(zip(facts, texts, strict=True)))
        assert frozenset(atom for atom in group.atoms if values.holds(atom)) in found


def test_texts_of_very_many_kinds_are_given_up_in_time() -> None:
    """Four texts that are compared with one another: a check that needs them all is unproved."""
    found = specdsl.check(
        specdsl.loads("""
        authority root
        fact a, b, c, e: text
        decision d: yes > no
        rule r at root when a < b and b < c and c < e and a like "x*y" and e like "*z?w*"
          then d is no
        """)
    )
    assert "dead-rule" in {check.code.name for check in found.unproved}
