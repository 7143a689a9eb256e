"""The parts of a spec that may change nothing, each with the spec without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specdsl.model import nodes as m
from specdsl.smtlib.findings import Said
from specdsl.smtlib.standing import PERMISSION, REDUNDANT, stands, takes_effect
from specdsl.smtlib.without import (
    without_effect,
    without_overrides,
    without_pair,
    without_rules,
)
from specdsl.source import Span

PRIORITY, OVERRIDE, LEVEL = "idle-priority", "idle-override", "idle-level"


@dataclass(frozen=True, slots=True)
class Part:
    """`code`: that of the check that looks for such parts; `found`: it says of this one that it
    changes nothing. `counts`: it would say so if it were true; None: the report does not tell."""

    code: str
    name: str
    span: Span
    without: m.Spec
    found: bool
    counts: bool | None = True


def rules(spec: m.Spec, said: Said) -> Iterator[Part]:
    """Without those that only permit: what they permit is asked about one by one."""
    for rule in _own(spec):
        if not all(effect.permits for effect in rule.effects):
            yield Part(
                REDUNDANT,
                f"rule `{rule.name}`",
                rule.name_span,
                without_rules(spec, [rule]),
                said.led(REDUNDANT, rule),
                takes_effect(said, rule),
            )


def permissions(spec: m.Spec, said: Said) -> Iterator[Part]:
    for rule in _own(spec):
        for effect in rule.effects:
            decision = effect.decision
            if effect.permits:
                yield Part(
                    PERMISSION,
                    f"`{_line(effect.span)}` of rule `{rule.name}`",
                    effect.span,
                    without_effect(spec, rule, decision),
                    said.has(PERMISSION, rules=[rule.name], decision=decision.name),
                    stands(said, rule, decision),
                )


def priorities(spec: m.Spec, said: Said) -> Iterator[Part]:
    for pair in spec.priorities:
        if not pair.span.source.shipped:
            names = [pair.higher.name, pair.lower.name]
            found = said.has(PRIORITY, priority=names)
            without = without_pair(spec, pair)
            yield Part(PRIORITY, f"`{' > '.join(names)}`", pair.span, without, found)


def overrides(spec: m.Spec, said: Said) -> Iterator[Part]:
    """By name after `overrides`: that of a policy stands for all its rules."""
    written: dict[tuple[m.Rule, int], list[m.Override]] = {}
    for override in spec.overrides:
        written.setdefault((override.rule, override.span.start), []).append(override)
    for (rule, _), several in written.items():
        span = several[0].span
        if not span.source.shipped:
            names = [rule.name, *(override.target.name for override in several)]
            name = f"`overrides {span.text}` of rule `{rule.name}`"
            without = without_overrides(spec, several)
            yield Part(OVERRIDE, name, span, without, said.has(OVERRIDE, rules=names))


def levels(spec: m.Spec, said: Said) -> Iterator[Part]:
    """Those of the main file above which everybody has to stay."""
    highest = min((_highest(spec, who) for who in spec.principals), default=len(spec.levels))
    for level in spec.levels if spec.decisions else ():
        if level.rank < highest and level.span.source is spec.sources[-1]:
            there = [rule for rule in spec.rules if rule.level is level]
            found = said.has(LEVEL, level=level.name)
            without = without_rules(spec, there)
            yield Part(LEVEL, f"level `{level.name}`", level.span, without, found)


def _highest(spec: m.Spec, who: m.Principal) -> int:
    """The rank of the highest level that an instruction of his may be `at`, on some decision."""
    if who.level is not None:
        return who.level.rank
    lent = {
        (decision, delegate.level.rank)
        for delegate in spec.delegates
        for decision in delegate.decisions
        if delegate.principal is who
    }
    unlent = set(spec.decisions) - {decision for decision, _ in lent}
    return 0 if unlent else min(rank for _, rank in lent)


def _own(spec: m.Spec) -> Iterator[m.Rule]:
    return (rule for rule in spec.rules if not rule.span.source.shipped)


def _line(span: Span) -> str:
    """As it is written, in a line."""
    return span.in_a_line
