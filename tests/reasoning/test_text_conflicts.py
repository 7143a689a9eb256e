"""Which tests can hold of texts together, against brute force: every short text over a few letters,
and what is told of sets that none of these has."""

from __future__ import annotations

from functools import cache
from itertools import combinations, pairwise, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import specdsl
from specdsl.base.source import Source, Span
from specdsl.frontend.model.case_folding import fold_case
from specdsl.frontend.model.nodes import Fact, Kind, Type
from specdsl.reasoning.texts import text_search
from specdsl.reasoning.texts.candidate_texts import exclude_each_other, implies_by_form
from specdsl.reasoning.texts.joint_conflicts import RelatedTexts
from specdsl.reasoning.texts.sample_texts import sample_texts
from specdsl.reasoning.texts.text_classes import TextAtom, group_texts
from specdsl.reasoning.texts.text_conflicts import SingleText, TextAnswer
from specdsl.semantics.aig import TextCompare, TextMatches, TextRelation
from specdsl.semantics.fact_values import FactValues

NOWHERE = Span(Source("test", ""), 0, 0)


def text_fact(name: str, ignoring_case: bool = False) -> Fact:
    kind = Type(Kind.TEXT, ignoring_case=ignoring_case)
    return Fact(name, kind, False, False, "", NOWHERE, NOWHERE)


PLAIN, FOLDED = text_fact("plain"), text_fact("folded", True)
SHORT = ["".join(chars) for n in range(6) for chars in product("abz", repeat=n)]
MIXED = ["".join(chars) for n in range(5) for chars in product("aAbz", repeat=n)]

patterns = st.text("ab*?", min_size=0, max_size=6)
constants = st.text("ab", max_size=3)


@st.composite
def atoms(draw: st.DrawFn, fact: Fact, some_folded: bool = False) -> TextAtom:
    folding = some_folded and draw(st.booleans())
    if draw(st.integers(0, 3)):
        return TextMatches(fact, draw(patterns), folding)
    return TextCompare(fact, draw(st.sampled_from(["=", "<", "<="])), draw(constants), folding)


def several(fact: Fact, most: int, some_folded: bool = False) -> st.SearchStrategy[list[TextAtom]]:
    return st.lists(atoms(fact, some_folded), min_size=1, max_size=most, unique=True)


def agrees(told: TextAnswer, wanted: int, truths: set[int]) -> None:
    """What is told of a set of atoms is right about all texts that were tried."""
    if told.texts is None:
        assert wanted not in truths
        assert told.conflicts or told.undetermined
        for apart in (*told.conflicts, *told.undetermined):
            assert all(bool(wanted >> abs(sign) - 1 & 1) is (sign > 0) for sign in apart)
        for apart in told.conflicts:
            assert not any(
                all(bool(truth >> abs(sign) - 1 & 1) is (sign > 0) for sign in apart)
                for truth in truths
            )


def signature(atoms: list[TextAtom], values: dict[Fact, str]) -> int:
    facts = FactValues(values)
    return sum(1 << i for i, atom in enumerate(atoms) if facts.holds(atom))


@settings(deadline=None, max_examples=300)
@given(several(PLAIN, 14) | several(FOLDED, 8) | several(PLAIN, 8, some_folded=True), st.data())
def test_of_one_text(found: list[TextAtom], data: st.DataObject) -> None:
    (fact,) = {atom.fact for atom in found if not isinstance(atom, TextRelation)}
    texts = MIXED if any(atom.folding for atom in found) else SHORT
    truths = {signature(found, {fact: text}) for text in texts}
    tests = tuple(
        text_search.TextTest.of_atom(atom) for atom in found if not isinstance(atom, TextRelation)
    )
    one = SingleText(tests, fact.type.ignoring_case)
    free = st.integers(0, (1 << len(found)) - 1)
    near = st.sampled_from(sorted(truths)) | st.builds(
        lambda truth, i: truth ^ 1 << i,
        st.sampled_from(sorted(truths)),
        st.sampled_from(range(len(found))),
    )
    for wanted in data.draw(st.lists(free | near, min_size=1, max_size=8)):
        told = one.answer_for(wanted)
        agrees(told, wanted, truths)
        if told.texts is not None:
            (text,) = told.texts
            assert signature(found, {fact: text}) == wanted
            assert not fact.type.ignoring_case or fold_case(text) == text
        else:
            assert not told.undetermined


def test_every_class_of_many_patterns() -> None:
    """Sixteen patterns of one text: each set of them that a short text has is found, and each that
    is told not to be is of no short text."""
    words = [
        "a*",
        "*b",
        "*ab*",
        "*ba*",
        "??",
        "*aa*",
        "b*",
        "*a",
        "a*b",
        "*bb*",
        "?*",
        "a?*",
        "*?b",
    ]
    found: list[TextAtom] = [TextMatches(PLAIN, word) for word in [*words, "aab*", "*bab", "*a*b*"]]
    truths = {signature(found, {PLAIN: text}) for text in SHORT}
    one = SingleText(
        tuple(text_search.TextTest.of_atom(a) for a in found if isinstance(a, TextMatches)), False
    )
    for truth in truths:
        assert one.answer_for(truth).texts is not None
        for i in range(len(found)):
            agrees(one.answer_for(truth ^ 1 << i), truth ^ 1 << i, truths)


@given(patterns, patterns)
def test_what_two_patterns_show(one: str, two: str) -> None:
    first, second = (text_search.TextTest("like", pattern, False) for pattern in (one, two))
    for text in SHORT:
        values = FactValues({PLAIN: text})
        mine, other = (values.holds(TextMatches(PLAIN, pattern)) for pattern in (one, two))
        assert not (mine and other and exclude_each_other(first, second))
        assert not (mine and not other and implies_by_form(second, first))


@cache
def pairs_of_texts() -> list[tuple[str, str]]:
    short = [text for text in SHORT if len(text) < 4]
    return [(one, other) for one in short for other in short]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_of_two_texts(data: st.DataObject) -> None:
    other = text_fact("plain too")
    relations: list[TextAtom] = [TextRelation(PLAIN, "=", other), TextRelation(other, "<", PLAIN)]
    kept = data.draw(st.sampled_from([relations, relations[:1], relations[1:]]))
    found = [*kept, *data.draw(several(PLAIN, 4)), *data.draw(several(other, 4))]
    ((facts, members),) = group_texts(found)
    truths = {
        signature(members, dict(zip(facts, texts, strict=True))) for texts in pairs_of_texts()
    }
    related = RelatedTexts(facts, tuple(members))
    free = st.integers(0, (1 << len(members)) - 1)
    for wanted in data.draw(st.lists(free | st.sampled_from(sorted(truths)), max_size=5)):
        told = related.answer_for(wanted)
        agrees(told, wanted, truths)
        if told.texts is not None:
            assert signature(members, dict(zip(facts, told.texts, strict=True))) == wanted


@settings(deadline=None, max_examples=60)
@given(several(PLAIN, 8) | several(FOLDED, 5))
def test_samples_are_whole_only_where_no_text_is_of_another_class(found: list[TextAtom]) -> None:
    (fact,) = {atom.fact for atom in found if not isinstance(atom, TextRelation)}
    some = sample_texts((fact,), tuple(found))
    if some.exhaustive:
        seen = {signature(found, {fact: text}) for (text,) in some.texts}
        assert {signature(found, {fact: text}) for text in SHORT} <= seen


WORDS = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "mu",
]


def test_many_patterns_of_one_text_are_proved() -> None:
    rules = "\n".join(
        f'rule r{i} at root when t like "*{word}*" then d is {"yes" if i % 2 else "no"}'
        for i, word in enumerate(WORDS)
    )
    spec = specdsl.loads(f"authority root fact t: text decision d: yes > no {rules}")
    report = specdsl.check(spec)
    assert not report.unproved
    assert "contradiction" in {found.code.name for found in report.diagnostics}


@pytest.mark.parametrize(
    ("condition", "dead"),
    [
        ('t like "git *" and t like "*--force" and not t like "git*"', True),
        ('t like "git *" and t like "*--force" and not t like "git*-*"', True),
        ('t like "git *" and t like "*--force" and not t like "* x *"', False),
        ('t like "a*" and t like "*b" and not t like "a*b"', True),
        ('t like "a*" and t like "*a" and not t like "a*a"', False),
        ('t like "?" and not t = "a" and not t < "b" and t < "c" and not t = "b"', True),
        ('t > "a" and t < "ab" and not t like "a?*"', True),
    ],
)
def test_what_no_text_is_like_is_dead(condition: str, dead: bool) -> None:
    """Among other patterns that have nothing to do with it."""
    others = "\n".join(
        f'rule r{i} at root when t like "*{word}*" then d is yes' for i, word in enumerate(WORDS)
    )
    spec = f"rule r at root when {condition} then d is yes {others}"
    report = specdsl.check(
        specdsl.loads(f"authority root fact t: text decision d: yes > no {spec}")
    )
    assert not report.unproved
    found = {one.fields["rules"][0] for one in report.diagnostics if one.code.name == "dead-rule"}
    assert found == ({"r"} if dead else set())


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_of_three_texts_that_are_equal_or_not(data: st.DataObject) -> None:
    facts = [text_fact(name) for name in ("one", "three", "two")]
    relations: list[TextAtom] = [TextRelation(a, "=", b) for a, b in pairwise(facts)]
    tests = [atom for fact in facts for atom in data.draw(several(fact, 3))]
    ((facts_, members),) = group_texts([*relations, *tests])
    short = [text for text in SHORT if len(text) < 3]
    truths = {
        signature(members, dict(zip(facts_, texts, strict=True)))
        for texts in product(short, repeat=3)
    }
    related = RelatedTexts(facts_, tuple(members))
    free = st.integers(0, (1 << len(members)) - 1)
    for wanted in data.draw(st.lists(free | st.sampled_from(sorted(truths)), max_size=5)):
        told = related.answer_for(wanted)
        agrees(told, wanted, truths)
        assert not told.undetermined
        if told.texts is not None:
            assert signature(members, dict(zip(facts_, told.texts, strict=True))) == wanted


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_relations_alone_of_three_texts(data: st.DataObject) -> None:
    facts = [text_fact(name) for name in ("one", "three", "two")]
    every: list[TextAtom] = [TextRelation(a, "=", b) for a, b in combinations(facts, 2)]
    every += [TextRelation(a, "<", b) for a, b in permutations(facts, 2)]
    found = data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=6, unique=True))
    for names, members in group_texts(found):
        truths = {
            signature(members, dict(zip(names, texts, strict=True)))
            for texts in product(("", "a", "b"), repeat=len(names))
        }
        related = RelatedTexts(names, tuple(members))
        for wanted in range(1 << len(members)):
            told = related.answer_for(wanted)
            assert not told.undetermined
            assert (told.texts is not None) is (wanted in truths)
            agrees(told, wanted, truths)


def test_no_more_texts_than_there_are() -> None:
    """Three that are told apart only by being two of a kind: the third has none left."""
    facts = [text_fact(name) for name in ("a", "b", "c")]
    pairs = [(facts[0], facts[1]), (facts[0], facts[2]), (facts[1], facts[2])]
    atoms: list[TextAtom] = [TextRelation(one, "=", other) for one, other in pairs]
    for fact in facts:  # just "a" and "a\0"
        atoms += [TextCompare(fact, "<", "a"), TextCompare(fact, "<=", "a\0")]
    ((names, members),) = group_texts(atoms)
    within = sum(1 << i for i, atom in enumerate(members) if getattr(atom, "op", "") == "<=")
    told = RelatedTexts(names, tuple(members)).answer_for(within)
    assert told.texts is None
    assert not told.undetermined
    two = members.index(atoms[0])
    assert RelatedTexts(names, tuple(members)).answer_for(within | 1 << two).texts is not None
