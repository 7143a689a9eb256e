"""The digest of what an object holds is another one wherever anything of it is another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

import pytest

from specdsl import checks
from specdsl.api import Spec, start_session
from specdsl.apps.cache.object_digest import NoDigestError, StructuralDigests
from specdsl.base.source import Source, Span
from specdsl.frontend.model import nodes as m
from specdsl.pipeline import load_text
from specdsl.reasoning.prover import Undetermined
from specdsl.verification import runner
from specdsl.verification.check_session import CheckSession
from specdsl.verification.components import Component, independent_components
from specdsl.verification.runner import stages_by_severity
from tests.random_specs import random_spec

TEXT = """
authority top > low
principal owner at top implied at low
principal guest without authority
value calm
value quiet
priority calm > quiet
fact hour: int 0..23 "of the day"
fact dark: bool?
fact tags: set of {a, b}
define late = hour > 22 or hour < 6
assume sane: hour >= 0
decision light "The light": bright > dim > off steered by owner, guest on conflict off
delegate guest at low on light when dark
policy night at low for calm "Night." when late {
  rule rest
    when tags has any of {a, b} or min(hour, 3) = 1
    unless dark is unknown
    then light is off
    because "sleep"
    overrides day
  rule day then light is not off
}
"""


def told(one: Any) -> str:
    return StructuralDigests().digest_object(one)[0]


def _units(found: CheckSession) -> tuple[Component, ...]:
    return independent_components(found.spec, found.circuit.ranks)


def asked(text: str) -> Any:
    found = start_session(Spec(load_text(text, "a.spec"), None))
    (unit,) = _units(found)
    return found.task_of(unit)


def test_every_field_of_every_object_counts() -> None:
    """Whatever is changed of it."""
    kinds: set[str] = set()
    for one in _objects(asked(TEXT)):
        names = ("name", "shipped") if isinstance(one, Source) else [f.name for f in fields(one)]
        for name in set(names) - {"in_base"}:
            changed = replace(one, **{name: _other(getattr(one, name))})
            assert told(changed) != told(one), (one, name)
            kinds.add(f"{type(one).__name__}.{name}")
    assert {"Rule.whens", "Fact.doc", "HasMembers.quantifier", "ComponentTask.brief"} <= kinds
    assert len(kinds) > 130


def test_what_is_in_the_base_counts_if_not_all_is() -> None:
    source = Source("a", "x > y")
    one, two = (m.Value(name, "", Span(source, at, at + 1)) for name, at in (("x", 0), ("y", 4)))
    pairs = [(one, two), (replace(one, in_base=True), replace(two, in_base=True))]
    outside, inside = (told(m.Priority(*pair, one.span, pair[0].in_base)) for pair in pairs)
    assert outside == inside
    for mixed in ((pairs[0][0], pairs[1][1]), (pairs[1][0], pairs[0][1])):
        assert told(m.Priority(*mixed, one.span)) != outside


def _objects(root: object) -> Iterator[Any]:
    """All that can be reached; each once."""
    seen: set[int] = set()
    stack = [root]
    while stack:
        one = stack.pop()
        if isinstance(one, tuple | frozenset | list):
            stack += one
        elif isinstance(one, dict):
            stack += [*one, *one.values()]
        elif is_dataclass(one) and not isinstance(one, Span) and id(one) not in seen:
            seen.add(id(one))
            stack += [getattr(one, f.name) for f in fields(one)]
            yield one


def _other(value: object) -> Any:
    match value:
        case bool():
            return not value
        case int() | float() | Fraction():
            return value + 1
        case str():
            return f"{value} "
        case tuple() | frozenset() | dict() if value:
            return type(value)()
        case tuple():
            return (1,)
        case frozenset():
            return frozenset({1})
        case dict():
            return {1: 1}
        case Span():
            return Span(value.source, value.start, value.end + 1)
        case None:
            return "something"
        case _:
            return None


def test_which_objects_are_the_same_counts() -> None:
    value = m.Value("calm", "", Span(Source("a", "calm"), 0, 4))
    twin = replace(value)
    pairs = [m.Priority(value, value, value.span), m.Priority(value, twin, value.span)]
    assert told(pairs[0]) != told(pairs[1])


def test_how_places_lie_to_each_other_counts_and_where_they_are_does_not() -> None:
    def pair(text: str, first: int, second: int) -> str:
        source = Source("a", text)
        one, other = (Span(source, start, start + 1) for start in (first, second))
        place = Span(Source("b", "late"), 0, 4)
        return told(m.Define("late", m.Not(m.Not(m.TextConstant("a", other), one), one), "", place))

    apart = pair("a b a b", 0, 4)
    assert pair("  a  a", 2, 5) == apart
    assert pair("a b a b", 4, 0) != apart
    assert pair("a b a b", 4, 4) != apart
    assert pair("a b a b", 0, 2) != apart


def test_the_same_text_has_the_same_digest_each_time() -> None:
    for seed in range(6):
        spec = Spec(load_text(random_spec(seed), "a.spec"), None)
        found = start_session(spec)
        again = start_session(Spec(load_text(random_spec(seed), "a.spec"), None))
        pairs = zip(_units(found), _units(again), strict=True)
        for one, other in pairs:
            assert told(found.task_of(one)) == told(again.task_of(other))


def test_what_is_of_no_known_kind_has_no_digest() -> None:
    for one in (object(), m.Value("calm", {1, 2}, None), m.Value("calm", object(), None)):  # type: ignore[arg-type]
        with pytest.raises(NoDigestError):
            told(one)


def test_what_checks_find_of_a_unit_names_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it stands may change while what is found of it is known."""

    def nowhere(source: Source, offset: int) -> tuple[int, int]:
        raise AssertionError("a check of a unit asks for a line")

    for seed in range(6):
        spec = Spec(load_text(random_spec(seed), "a.spec"), None)
        whole = runner.CheckScope(partial(start_session, spec))
        found = whole.session
        apart = [one for one in checks.CHECKS if one.per_component]
        with suppress(Undetermined):
            found.replay({"facts": {}})  # the decision function is made, which tells lines
        with monkeypatch.context() as patch:
            patch.setattr(Source, "position", nowhere)
            for unit in _units(found):
                [*runner._stages_of_component(stages_by_severity(apart), whole, unit)]
