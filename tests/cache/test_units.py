"""After an edit only the units on which it bears are checked again; what is found is the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import specdsl
from benchmarks.generate import tangle
from specdsl.api import Spec
from specdsl.apps.cache import Cache
from specdsl.apps.cache.store import FolderStore
from specdsl.base.diagnostics import Report
from specdsl.checks import ChainedCache, Component
from specdsl.pipeline import load_text
from specdsl.verification import runner

Checked = Callable[[str], Report]

HEAD = """
authority root > user
fact p, q: bool
decision a: x > y
decision b: x > y
decision c: x > y
"""
POLICY = """policy odd at user when q {
  rule five when p then c is y
  rule six when not p then c is x
}
"""
RULES = [
    "rule one at root when p then a is y\n",
    "rule two at root when q then a is x\n",
    "rule three at root when p then b is y\n",
    "rule four at root when a is y then c is y\n",
]


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The first decisions of the units that have been checked."""
    names: list[str] = []
    run = runner.CheckScope.of_component

    def noted(scope: runner.CheckScope, unit: Component) -> runner.CheckScope:
        names.append(unit.decisions[0].name)
        return run(scope, unit)

    monkeypatch.setattr(runner.CheckScope, "of_component", noted)
    return names


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checked:
    """The report, with what is known of units; it is the one that is found without."""
    monkeypatch.setattr("specdsl.apps.cache.program_digest", lambda: "this program")
    cache = Cache(FolderStore(tmp_path / "check"), "this program", FolderStore(tmp_path / "units"))

    def run(text: str) -> Report:
        loaded = load_text(text, "a.spec")
        spec = Spec(loaded, None)
        found = specdsl.check(spec, known=cache.known_components(loaded))
        assert found == specdsl.check(spec)
        return found

    return run


def spec(*rules: str) -> str:
    return HEAD + "".join(rules) + POLICY


def test_what_did_not_change_is_not_checked_again(checked: Checked, done: list[str]) -> None:
    first = checked(spec(*RULES))
    assert [d.code.id for d in first.findings if d.code.id == "SD301"]
    assert done == ["a", "b", "c"] * 2  # and once more for what is found without
    del done[:]
    checked(spec(*RULES))
    assert done == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("edited", "again"),
    [
        (spec("# a remark\n\n", *RULES, 'example "e"\n  given p, not q\n  expect a is y\n'), []),
        (spec(*RULES[:2], RULES[2].replace("when p", "when q"), RULES[3]), ["b"]),
        (spec(*RULES[:3], RULES[3].replace("a is y", "a is x")), ["c"]),
        (spec(RULES[0].replace("when p", "when not p"), *RULES[1:]), ["a", "c"]),
        (spec(*RULES).replace("when q {", "when p {"), ["c"]),
        (spec(*RULES).replace("root > user", "root > dev > user"), ["a", "b", "c"]),
        (spec(*RULES, "assume some: p or q\n"), ["a", "b", "c"]),
    ],
    ids=["nothing", "a rule", "a reader", "what is read", "a policy", "levels", "an assumption"],
)
def test_what_an_edit_bears_on_is_checked_again(
    edited: str, again: list[str], checked: Checked, done: list[str]
) -> None:
    checked(spec(*RULES))
    del done[:]
    checked(edited)
    assert done == [*again, "a", "b", "c"]


VALUES = """
authority root > user
value v1 value v2 value v3 value v4
priority v1 > v2 > v3 > v4
fact p, q: bool
fact n: int
define large = n > 3
decision a: x > y
decision b: x > y
rule one at root for v1 when p then a is y
rule two at root for v4 when not p then a is x
rule three at root for v2 when q then b is y
rule four at root for v3 when large then b is x
"""


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("fact p, q: bool", "fact p: bool\nfact q: bool?", ["b"]),
        ("fact n: int", "fact n: int 0..10", ["b"]),
        ("fact n: int", "fact n: int\nfact other: bool", []),
        ("fact n: int", "fact n: int\nfact other: {i, j}?", []),
        ("n > 3", "n > 4", ["b"]),
        ("v2 > v3 > v4", "v2 > v4 > v3", []),
        ("v2 > v3 > v4", "v3 > v2 > v4", ["b"]),
        ("v2 > v3 > v4", "v2 > v3", ["a"]),
        ("value v4", "value v4 value v5", []),
        ("value v4\npriority v1", "value v4 value v5\npriority v1 > v5", []),
    ],
)
def test_a_fact_or_a_value_is_looked_at_again_where_it_is_read(
    old: str, new: str, again: list[str], checked: Checked, done: list[str]
) -> None:
    checked(VALUES)
    del done[:]
    assert VALUES.replace(old, new) != VALUES
    checked(VALUES.replace(old, new))
    assert done == [*again, "a", "b"]


def test_replays_have_all_facts_as_they_are_now(checked: Checked) -> None:
    text = VALUES.replace("for v4 when not p", "")
    changed = text.replace("fact p, q: bool", "fact p: bool fact q: bool? fact again: bool?")
    for given, others in ((text, {"q": False}), (changed, {"q": None, "again": None})):
        (found,) = (one for one in checked(given).findings if one.name == "contradiction")
        assert found.fields["replay"]["facts"] == {"n": 0, "p": True, **others}


def test_findings_of_a_large_spec_move_with_their_rules(checked: Checked, done: list[str]) -> None:
    """Of decisions with many findings, when a rule of another one grows by lines."""
    head, *rules = tangle(200).text.split("\nrule ")
    moved = [rules[0].replace("\n  then", "\n\n\n  then"), *rules[1:]]
    before, after = ("\nrule ".join([head, *some]) for some in (rules, moved))
    assert before != after
    checked(before)
    del done[:]
    checked(after)
    assert len(done) == 1 + 6


def test_what_one_of_two_caches_knows_is_not_checked_again(
    tmp_path: Path, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the other one learns it."""
    monkeypatch.setattr("specdsl.apps.cache.program_digest", lambda: "this program")
    loaded = load_text(spec(*RULES), "a.spec")
    first, second = (
        Cache(FolderStore(tmp_path / "check"), "this program", FolderStore(tmp_path / name))
        for name in ("first", "second")
    )

    def check_with(*caches: Cache) -> Report:
        known = [one.known_components(loaded) for one in caches]
        chain = ChainedCache(*(one for one in known if one is not None))
        return specdsl.check(Spec(loaded, None), known=chain)

    found = specdsl.check(Spec(loaded, None), known=first.known_components(loaded))
    assert found == check_with(first, second) == check_with(second, second)
    assert done == ["a", "b", "c"]
