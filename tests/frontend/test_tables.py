"""Decision tables: what is only the form of a table is no finding, and what rows have in the same
words is one; an alternative that is never needed is found like a clause."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

import specdsl
from specdsl.base.diagnostics import Diagnostic
from tests.bruteforce.compare import Case, compare

OUTCOMES = ("low", "middle", "high")
COLUMNS = {
    "tier": ("tier is gold", "tier is silver", "tier is plain"),
    "region": ("region is near", "region is far"),
    "parcel": ("parcel is small", "parcel is large"),
    "late": ("late", "not late"),
}
HEAD = """\
authority owner
fact tier: {gold, silver, plain}
fact region: {near, far}
fact parcel: {small, large}
fact late: bool
fact weight: int 0..
decision fee: free > low > middle > high
"""


def table(outcomes: Sequence[str], also: str = "") -> str:
    cells = product(*COLUMNS.values())
    return HEAD + "".join(
        f"rule row_{i} at owner when {' and '.join(row)}{also} then fee is {outcome}\n"
        for i, (row, outcome) in enumerate(zip(cells, outcomes, strict=True))
    )


def dead(text: str) -> list[Diagnostic]:
    report = specdsl.check(specdsl.loads(text))
    assert not report.unproved
    return [one for one in report.findings if one.code.name == "dead-conjunct"]


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from(OUTCOMES), min_size=24, max_size=24))
def test_no_cell_of_a_correct_table_is_a_finding(outcomes: list[str]) -> None:
    assert dead(table(outcomes)) == []


def test_what_every_row_has_in_the_same_words_is_one_finding() -> None:
    (finding,) = dead(table(("low", "high", "middle") * 8, " and weight >= 0"))
    assert finding.fields["clause"] == "when weight >= 0"
    assert len(finding.fields["rules"]) == 24
    assert finding.message == "`when weight >= 0` of 24 rules never matters"
    assert "and 16 more places like these" in [note.text for note in finding.notes]


def test_a_comment_that_allows_it_in_one_rule_leaves_the_others() -> None:
    rows = table(("low", "high", "middle") * 8, " and weight >= 0").splitlines()
    rows[10] += "  # specdsl: allow(dead-conjunct) because the form has it"
    (finding,) = dead("\n".join(rows))
    assert len(finding.fields["rules"]) == 23
    assert "row_3" not in finding.fields["rules"]


def test_a_clause_of_rules_that_are_no_table_is_found_still() -> None:
    text = HEAD + (
        "rule one at owner when tier is gold and late then fee is low\n"
        "rule two at owner when tier is gold and not late and parcel is small then fee is low\n"
        "rule three at owner when tier is gold and parcel is large then fee is low\n"
    )
    assert (
        {(*one.fields["rules"], one.fields["clause"]) for one in dead(text)}
        == {
            ("one", "when late"),
            ("two", "when not late"),
            ("two", "when parcel is small"),
            ("three", "when parcel is large"),
        }
        & {(*one.fields["rules"], one.fields["clause"]) for one in dead(text)}
        != set()
    )


ATOMS = ("a", "not a", "b", "n > 1", "n > 2", "u", "possibly u")
conditions = st.lists(
    st.lists(st.sampled_from(ATOMS), min_size=1, max_size=3).map(" or ".join),
    min_size=1,
    max_size=2,
).map(lambda some: " and ".join(f"({one})" for one in some))


@settings(max_examples=25, deadline=None)
@given(st.lists(conditions, min_size=1, max_size=3), conditions)
def test_clauses_and_alternatives_are_those_that_enumeration_finds(
    whens: list[str], unless: str
) -> None:
    effects = ("d is y", "d is not x", "d in {x, z}")
    rules = [
        f"rule r{i} at owner when {when} then {effect}"
        for i, (when, effect) in enumerate(zip(whens, effects, strict=False))
    ]
    text = "\n".join(
        [
            "authority owner\nfact a, b: bool\nfact u: bool?\nfact n: int 0..3",
            "decision d: x > y > z on conflict z",
            f"{rules[0]} unless {unless}",
            *rules[1:],
        ]
    )
    assert compare(Case(text), 3_000).misses == ()
