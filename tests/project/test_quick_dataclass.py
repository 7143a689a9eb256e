"""Quick dataclasses behave as those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable, Sequence
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdsl.base.quick_dataclass import dataclass as quick
from specdsl.base.source import Source, Span

OPTIONS = [
    {"frozen": True, "eq": eq, "slots": slots} for eq in (True, False) for slots in (True, False)
]
FIELDS: Sequence[Callable[[], Any]] = (
    dataclasses.field,
    lambda: dataclasses.field(repr=False),
    lambda: dataclasses.field(compare=False),
    lambda: dataclasses.field(default=7),
    lambda: dataclasses.field(default_factory=list),
    lambda: dataclasses.field(init=False, default=8),
    lambda: dataclasses.field(init=False, default_factory=dict),
    lambda: dataclasses.field(init=False, default=(), repr=False, compare=False),
)
HAS_DEFAULT = range(3, len(FIELDS))


def make_class(kinds: Sequence[int], decorate: Any, base: type = object) -> type:
    """A class with such fields, named by their places."""
    names = {f"f{len(dir(base))}_{i}": kind for i, kind in enumerate(kinds)}
    body = {name: FIELDS[kind]() for name, kind in names.items()}
    annotations = dict.fromkeys(names, "object")
    made = type(base)("Made", (base,), {**body, "__annotations__": annotations, "__doc__": "Made."})
    return cast("type", decorate(made))


def outcome(run: Callable[[], object]) -> object:
    """What a call returns, or which exception it raises and, where it is ours, with which words."""
    try:
        return run()
    except dataclasses.FrozenInstanceError as problem:
        return type(problem), str(problem)
    except (TypeError, ValueError) as problem:
        return type(problem)


def observe(cls: type, values: Sequence[object], others: Sequence[object]) -> list[object]:
    """All that a program can see of a class: objects, how they compare, and how they are shown."""
    made = outcome(lambda: cls(*values))
    if isinstance(made, type):
        return [made]
    one: Any = made
    two: Any = outcome(lambda: cls(*others))
    names = [field.name for field in dataclasses.fields(one)]
    seen: list[object] = [repr(one), one == one, one == two, one != two, one == 3, names]
    seen.append(outcome(lambda: hash(one) == hash(copy.copy(one))))
    seen.append([getattr(one, name) for name in names])
    for changed in (one, copy.copy(one), copy.deepcopy(one), outcome(lambda: cls(*values))):
        seen.append([getattr(changed, name) for name in names])
    for name in names:
        seen.append(outcome(lambda name=name: setattr(one, name, 1)))  # type: ignore[misc]
        seen.append(outcome(lambda name=name: delattr(one, name)))  # type: ignore[misc]
        seen.append(outcome(lambda name=name: repr(dataclasses.replace(one, **{name: 5}))))  # type: ignore[misc]
    return [*seen, cls.__match_args__, hasattr(one, "__dict__")]  # type: ignore[attr-defined]


@given(
    st.sampled_from(OPTIONS),
    st.lists(st.sampled_from(range(len(FIELDS))), max_size=5),
    st.lists(st.sampled_from(HAS_DEFAULT), max_size=2),
    st.lists(st.integers(0, 1) | st.text(max_size=2), max_size=6),
    st.lists(st.integers(0, 1), max_size=6),
)
def test_they_behave_as_those_of_the_standard_library(
    options: dict[str, bool],
    kinds: list[int],
    inherited: list[int],
    values: list[object],
    others: list[object],
) -> None:
    kinds = sorted(kinds, key=lambda kind: kind in HAS_DEFAULT)
    seen = []
    for decorate in (dataclasses.dataclass(**options), quick(**options)):
        cls = make_class(kinds, decorate)
        below = make_class(inherited, decorate, cls)
        seen.append([*observe(cls, values, others), *observe(below, values, others)])
    assert seen[0] == seen[1]


@quick(frozen=True, slots=True)
class Ordered:
    """An interval that puts its ends in order, and is hashed in its own way."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("the ends are in the wrong order")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ordered) and self.low == other.low

    def __hash__(self) -> int:
        return self.low


def test_methods_of_the_class_stay() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'middle'"):
        Ordered(1, 2).middle = 3  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="wrong order"):
        Ordered(2, 1)
    assert Ordered(1, 2) == Ordered(1, 3)
    assert hash(Ordered(5, 6)) == 5
    assert dataclasses.replace(Ordered(1, 2), high=9).high == 9


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]
)
def test_objects_of_the_package_are_copied_and_pickled(again: Callable[[Any], Any]) -> None:
    span = Span(Source("a.spec", "rule"), 0, 4)
    assert repr(again(span)) == repr(span)
    assert again(Ordered(1, 2)).high == 2


def test_calls_that_do_not_fit_are_refused_as_ever() -> None:
    with pytest.raises(TypeError, match=r"__init__\(\) missing 1 required positional argument"):
        Ordered(1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'middle'"):
        Ordered(1, 2, middle=3)  # type: ignore[call-arg]
