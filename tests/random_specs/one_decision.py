"""What is around the conditions of a random spec about one decision: its rules, and what is claimed
of it. The generators that vary the conditions share it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from tests.random_specs.declarations import declared
from tests.random_specs.draft import Draft
from tests.random_specs.drawing import Draw
from tests.random_specs.rules import effect, restriction
from tests.random_specs.vocabulary import (
    LEVELS,
    SPEAKERS,
    DecisionDraft,
    DefineDraft,
    FactDraft,
    SpeakerDraft,
    Vocabulary,
)

OUTCOMES = ("full", "part", "hint")
DECISION = "reply"
Test = Callable[[], str]


class Terms(Protocol):
    """Draws terms over some facts, and tests that compare them."""

    def term(self) -> str: ...
    def test(self) -> str: ...


def comparing(
    draw: Draw,
    name: str,
    facts: Sequence[FactDraft],
    terms: Callable[[Draw, tuple[FactDraft, ...], str], Terms],
    defined: tuple[str, str],
    most_rules: int,
) -> Draft:
    """Draw a spec whose conditions compare terms. `terms` makes what draws them, given the name of
    a define or an empty one; `defined` is that name with its kind.
    """
    words = vocabulary(draw, [*facts], OUTCOMES[: draw.number(2, 3)])
    drawn = terms(draw, tuple(facts), "")
    if draw.chance(30):
        words = words.with_defines((DefineDraft(*defined, drawn.term()),))
        drawn = terms(draw, tuple(facts), defined[0])
    assumed = [f"assume world: {drawn.test()}"] if draw.chance(30) else []
    made = rules(draw, words, drawn.test, draw.number(3, most_rules))
    claimed = claims(draw, words, drawn.test)
    return Draft(f"spec {name}", (*declared(draw, words), *assumed, *made, *claimed))


def vocabulary(
    draw: Draw, facts: list[FactDraft], outcomes: tuple[str, ...], heard: int = 25
) -> Vocabulary:
    """The facts, one decision, one or two levels, and in so many of a hundred cases somebody at the
    lowest."""
    settled = draw.pick(outcomes) if draw.chance(50) else ""
    default = draw.pick(outcomes) if draw.chance(25) else ""
    levels = LEVELS[: draw.number(1, 2)]
    speaks = draw.chance(heard)
    speakers = (SpeakerDraft(draw.pick(SPEAKERS), len(levels) - 1),) if speaks else ()
    decision = DecisionDraft(DECISION, outcomes, None, settled, default)
    return Vocabulary(levels, speakers, (), tuple(facts), (decision,))


def rules(draw: Draw, words: Vocabulary, test: Test, count: int) -> list[str]:
    """Each with one to three tests, joined by `and` or `or`, or after `unless`."""
    return [_rule(draw, words, test, number) for number in range(count)]


def _rule(draw: Draw, words: Vocabulary, test: Test, number: int) -> str:
    asked = effect(draw, words.decisions[0], permits=10)
    unless = f"  unless {test()}\n" if draw.chance(15) else ""
    head = f"rule rule_{number} at {draw.pick(words.levels)}\n  when {condition(draw, test)}\n"
    return f"{head}{unless}  then {asked}"


def condition(draw: Draw, test: Test) -> str:
    """Some tests, joined by `and` or `or`."""
    tests = [draw.maybe(15, "not ") + test() for _ in range(draw.pick((1, 1, 2, 2, 3)))]
    return draw.pick((" and ", " and ", " or ")).join(tests)


def claims(draw: Draw, words: Vocabulary, test: Test, most: int = 2) -> list[str]:
    """What is said to be always so, to be possible, or to change nothing."""
    return [_claim(draw, words, test, number) for number in range(draw.number(0, most))]


def _claim(draw: Draw, words: Vocabulary, test: Test, number: int) -> str:
    decision = draw.pick(words.decisions)
    subjects = [fact.name for fact in words.facts] + [one.name for one in words.speakers]
    claim = draw.pick(
        (
            restriction(draw, decision),
            f"{decision.name} can be {draw.pick(decision.outcomes)}",
            f"{draw.pick(subjects)} cannot change {decision.name}",
            f"{decision.name} is decided",
        )
    )
    return f'assert "claim {number}": {claim}' + draw.maybe(60, f" when {test()}")
