"""A situation as an example that expects what the spec decides there now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from specdsl.checks.context import Context
from specdsl.checks.situations import Situation, Spoken, described, effect_text, in_order
from specdsl.circuit.values import FactValue
from specdsl.coverage.points import Met, Point
from specdsl.coverage.told import Told, spoken
from specdsl.coverage.winners import constant
from specdsl.model.nodes import (
    Effect,
    Example,
    Expectation,
    Fact,
    Given,
    Principal,
    Rule,
    Said,
)
from specdsl.solver.prover import Unsettled
from specdsl.source import Source, Span
from specdsl.syntax.format import format_text
from specdsl.syntax.parse import parse

MARK = "to judge: "
COMMENT = "# To be judged: it expects what the spec decides now."


def stub(
    context: Context, point: Point, situation: Situation, titles: Collection[str]
) -> Example | None:
    """An example of the situation that meets the point and holds, with a title of its own; its
    `because` names who wins whatever it does not give. None where none can be written."""
    outcome = context.replay(situation.to_replay())[point.decision.name].outcome
    if outcome is None:
        return None
    for values in (situation.named, situation.every):
        example = _example(point, values, situation.says, outcome, titles)
        if _writable(example) and _good(context, point, example):
            return _because(context, example)
    return None


def written(example: Example) -> str:
    """The example in canonical layout, marked as one that a person is to judge."""
    return format_text(Source("stub.spec", f"{COMMENT}\n{_raw(example)}\n"))


def _example(
    point: Point,
    values: Mapping[Fact, FactValue],
    says: tuple[Spoken, ...],
    outcome: str,
    titles: Collection[str],
) -> Example:
    span, decision = point.span, point.decision
    effect = Effect(decision, 1 << decision.outcomes.index(outcome), False, span)
    return Example(
        _title(point, titles),
        tuple(Given(fact, value, span) for fact, value in in_order(values)),
        tuple(_said(one, span) for one in says),
        (Expectation(effect, (), span),),
        (),
        span,
    )


def _said(one: Spoken, span: Span) -> Said:
    effect = Effect(one.decision, one.outcomes, one.permits, span)
    return Said(one.principal, effect, one.implied, one.at, span)


def _title(point: Point, titles: Collection[str]) -> str:
    title = MARK + point.text.replace("`", "")
    numbered = (f"{title} ({n})" for n in range(2, len(titles) + 3))
    return next(
        one for one in (title, f"{title}, {point.decision.name}", *numbered) if one not in titles
    )


def _because(context: Context, example: Example) -> Example:
    (expectation,) = example.expectations
    known: dict[str, Rule | Principal] = {p.name: p for p in context.spec.principals}
    known |= {rule.name: rule for rule in context.spec.rules}
    names = constant(context, Told(context, example), expectation.effect.decision)
    winners = tuple(known[name] for name in names)
    return replace(example, expectations=(replace(expectation, because=winners),))


def _good(context: Context, point: Point, example: Example) -> bool:
    """It holds, and meets the point."""
    told = Told(context, example)
    outcome = example.expectations[0].effect.outcomes.bit_length() - 1
    try:
        met = told.met((point,))[point] is not Met.MISSING
        return met and told.always(point.decision, outcome)
    except Unsettled:
        return False


def _writable(example: Example) -> bool:
    """All its values have a literal: a third has none."""
    return not parse(Source("stub.spec", _raw(example)))[1]


def _raw(example: Example) -> str:
    return "\n".join((f'example "{example.title}"', *_clauses(example)))


def _clauses(example: Example) -> Iterator[str]:
    if example.given:
        yield "given " + ", ".join(described(g.fact, g.value) for g in example.given)
    yield from map(str, spoken(example))
    for one in example.expectations:
        expected = effect_text(one.effect.decision, one.effect.outcomes, permits=False)
        names = ", ".join(winner.name for winner in one.because)
        yield f"expect {expected}" + (f" because {names}" if names else "")
