"""The values tried stand for all others: no random value shows anything that they do not."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from specdsl.pipeline import load_text
from specdsl.semantics.reference.read_facts import read_facts
from tests.bruteforce import linear, texts
from tests.bruteforce.linear import Axis, Form
from tests.bruteforce.study import Study
from tests.bruteforce.valuations import impossible
from tests.random_specs import random_situation, random_spec

AXES = (
    Axis("x"),
    Axis("y", low=Fraction(0), high=Fraction(3)),
    Axis("z", optional=True),
    Axis("n", values=tuple(map(Fraction, range(-1, 3)))),
    Axis("day", step=Fraction(1)),
)
VALUES: dict[str, Callable[[Random], Fraction]] = {
    "x": lambda random: Fraction(random.randint(-40, 40), random.choice([1, 2, 3, 7])),
    "y": lambda random: Fraction(random.randint(0, 60), 20),
    "z": lambda random: Fraction(random.randint(-90, 90), 10),
    "n": lambda random: Fraction(random.randint(-1, 2)),
    "day": lambda random: Fraction(random.randint(-12, 12)),
}


def random_form(random: Random) -> Form:
    names = random.sample(sorted(VALUES), random.randint(1, 3))
    factors = {name: Fraction(random.choice([-2, -1, 1, 1, 2])) for name in names}
    factors |= {"day": Fraction(1)} if "day" in factors else {}
    return Form.of(factors, Fraction(random.randint(-6, 6), random.choice([1, 2])))


def signs(forms: list[Form], point: linear.Point) -> tuple[int | None, ...]:
    values = [form.at(point) for form in forms]
    return tuple(None if value is None else (value > 0) - (value < 0) for value in values)


@pytest.mark.parametrize("seed", range(60))
def test_points_show_all_signs(seed: int) -> None:
    random = Random(seed)
    forms = [random_form(random) for _ in range(random.randint(1, 4))]
    shown = {signs(forms, point) for point in linear.points(AXES, set(forms), 200_000)}
    for _ in range(400):
        point: linear.Point = {name: draw(random) for name, draw in VALUES.items()}
        if random.random() < 0.2:
            point["z"] = None
        assert signs(forms, point) in shown, point


def test_points_are_legal() -> None:
    for point in linear.points(AXES, {Form.of({"y": Fraction(1)}, Fraction(-7))}, 10_000):
        y, n = point["y"], point["n"]
        assert y is not None
        assert 0 <= y <= 3
        assert n in AXES[3].values if AXES[3].values else False
        assert point["day"] is not None
        assert point["day"].denominator == 1


def test_what_has_no_argument_is_refused() -> None:
    twice = Form.of({"day": Fraction(2), "other": Fraction(1)}, Fraction(0))
    axes = (Axis("day", step=Fraction(1)), Axis("other", step=Fraction(1)))
    with pytest.raises(linear.Unenumerable):
        linear.points(axes, {twice}, 100)


@pytest.mark.parametrize("seed", range(40))
def test_texts_show_all_classes(seed: int) -> None:
    """Over short texts of the characters that constants and patterns have, and of others."""
    random = Random(seed)
    constants = frozenset(random.sample(["", "a", "b", "ab", "ba", "*"], random.randint(0, 3)))
    patterns = frozenset(
        random.sample(["a*", "*b", "?", "a?b", r"\*", "*a*"], random.randint(0, 3))
    )
    tests = texts.Tests(constants, patterns, related=False)
    shown = {texts.class_of(tests, text) for text in texts.representatives(tests)}
    for length in range(5):
        for chars in product("ab*!z", repeat=length):
            assert texts.class_of(tests, "".join(chars)) in shown, chars


@pytest.mark.parametrize("seed", range(60))
def test_profiles_of_random_specs(seed: int) -> None:
    """No situation has conditions that come to something else than in a valuation tried."""
    spec = load_text(random_spec(seed)).require_circuit().spec
    study, random = Study(spec), Random(seed)
    known = set(study.profiles)
    for _ in range(60):
        situation = random_situation(random, spec, bad=0)
        values, faults = read_facts(spec, situation["facts"])
        named = {fact.name: value for fact, value in values.items()}
        if not faults and not impossible(spec, named):
            assert study.conditions.profile(named) in known, situation["facts"]
