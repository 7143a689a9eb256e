"""A decision with a `default`: what nobody decides, who wins, and what is looser all the same."""

from __future__ import annotations

import pytest

import specdsl
from specdsl.base.source import Source
from specdsl.frontend.syntax.canonical_layout import format_text
from specdsl.semantics.reference import decide

HEAD = "authority owner > guest\nprincipal host at owner\nprincipal caller at guest\n"
RULES = """fact a, b, c: bool
rule no_first at owner when a then d is not x
rule no_last at owner when b then d is not z
rule middle at guest when c then d is y
"""


def spec(declared: str, rules: str = RULES) -> specdsl.Spec:
    return specdsl.loads(f"{HEAD}decision d: {declared}\n{rules}")


def decided(spec: specdsl.Spec, *says: tuple[str, str], **facts: bool) -> tuple[str, bool, str]:
    """The outcome, whether it is decided, and the winners: of the decision function, with which
    the reference agrees."""
    given = {name: facts.get(name, False) for name in "abc"}
    said = [{"by": by, "effect": effect} for by, effect in says]
    found = specdsl.compile(spec, checked=False).decide(given, said)
    reference = decide(spec.model, given, said)["d"]
    shown = (found.d, found.decided["d"], " ".join(found.because["d"]))
    assert shown == (reference.outcome, reference.decided, " ".join(reference.because))
    return shown


def test_what_nobody_decides_falls_to_the_default() -> None:
    closed = spec("x > y > z default z")
    assert decided(closed) == ("z", False, "")
    assert decided(spec("x > y > z default y")) == ("y", False, "")
    assert decided(spec("x > y > z")) == ("x", False, "")


def test_one_of_what_is_left_is_the_default_then_the_most_preferred() -> None:
    closed = spec("x > y > z default z")
    assert decided(closed, a=True) == ("z", True, "no_first")
    assert decided(closed, b=True) == ("x", True, "no_last")
    assert decided(closed, a=True, b=True) == ("y", True, "no_first no_last")
    assert decided(closed, ("caller", "d in {x, y}")) == ("x", True, "caller")


def test_winners_exclude_what_comes_first_in_choice_order() -> None:
    """With `default y` an outcome `x` has `y` before it, and `y` nothing."""
    half = spec("x > y > z default y")
    assert decided(half, ("caller", "d is not y")) == ("x", True, "caller")
    assert decided(half, ("caller", "d is not y"), a=True) == ("z", True, "no_first caller")
    assert decided(half, ("caller", "d is not x"), b=True, c=True) == ("y", True, "middle")


def test_the_first_outcome_as_its_own_default_changes_nothing() -> None:
    plain, said = spec("x > y > z"), spec("x > y > z default x")
    assert specdsl.diff(plain, said).equal


def test_a_clash_without_the_outcome_on_conflict_takes_the_most_preferred_as_listed() -> None:
    rules = """fact a, b, c: bool
rule high at owner when a then d is not x
rule yes at guest when b then d is y
rule no at guest when b then d is z
"""
    settled = spec("x > y > z default z on conflict x", rules)
    assert decided(settled, b=True)[:2] == ("x", True)
    assert decided(settled, a=True, b=True)[:2] == ("y", True)


@pytest.mark.parametrize("last", ["", " steered by nobody", " on conflict y"])
def test_the_layout_of_a_default(last: str) -> None:
    text = f"decision d: x > y > z default z{last}\n"
    assert format_text(Source("a.spec", text.replace(" ", "\n"))) == text


def test_the_words_of_the_clause_are_names_elsewhere() -> None:
    text = (
        "decision default: open > shut\n"
        "decision light: default > conflict default conflict on conflict default\n"
    )
    assert format_text(Source("a.spec", text)) == text
    names = specdsl.loads(f"authority owner\n{text}").model.decisions
    assert [(d.name, d.default, d.on_conflict) for d in names] == [
        ("default", None, None),
        ("light", 1, 0),
    ]


def test_a_change_of_the_default_is_a_change_and_a_looser_one() -> None:
    closed, opened = (spec(f"x > y > z default {outcome}") for outcome in "zx")
    found = specdsl.diff(closed, opened)
    assert not found.equal
    assert found.loosens
    assert not specdsl.diff(opened, closed).loosens


BASE = """authority owner > guest
fact a, b: bool
decision door: shut > ajar > open
decision light: off > bright
rule on_a at owner when a then door is open
rule lit at owner when door is open then light is bright
"""
LAYER = 'layer guest on "base.spec" tightening\nrule mine at guest when b then door is ajar\n'


def unclear(base: str = BASE, layer: str = LAYER) -> list[str]:
    """The decisions of which it is not clear which way is tighter."""
    found = specdsl.check(specdsl.loads(layer, library={"base.spec": base}))
    return sorted(
        f.fields["decision"] for f in found.findings if f.code.name == "unclear-tightening"
    )


def test_it_is_unclear_what_tightens_where_nothing_asks_for_the_first_outcome() -> None:
    assert unclear() == ["door", "light"]  # `light` reads `door`, which the layer changes
    assert unclear(layer=LAYER.replace(" tightening", "")) == []
    assert unclear(layer=LAYER.replace("door is ajar", "light is bright")) == ["light"]


@pytest.mark.parametrize(
    ("effect", "clear"),
    [
        ("door is shut", True),
        ("door in {shut, ajar}", True),
        ("door is not shut", False),
        ("door may be shut", False),
    ],
)
def test_who_asks_for_the_first_outcome_makes_it_clear(effect: str, clear: bool) -> None:
    more = f"rule more at owner when not a and not b then {effect}\n"
    assert unclear(BASE + more) == (["light"] if clear else ["door", "light"])
    assert unclear(layer=LAYER + more.replace("owner", "guest")) == ["door", "light"]


def test_a_default_makes_it_clear() -> None:
    turned = BASE.replace("shut > ajar > open", "open > ajar > shut default shut")
    assert unclear(turned) == ["light"]
    assert unclear(BASE.replace("> open", "> open default shut")) == ["light"]
    assert unclear(BASE.replace("off > bright", "off > bright default off")) == ["door"]
