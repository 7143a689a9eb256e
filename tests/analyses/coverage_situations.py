"""Every situation of an example, decided by the reference interpreter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain, combinations, product
from typing import Any

from specdsl.frontend.model.nodes import Example, Fact, Kind, SpecModel
from specdsl.semantics import reference
from specdsl.situations.situation import to_json
from specdsl.verification.example_world import given_instructions

NUMBERS = [Fraction(n) for n in (-2, -1, 0, 1, 2, 3)] + [Fraction(1, 2)]
DAYS = [Fraction(20_147 + n) * 86_400 for n in range(-1, 4)]  # about 2025-03-01
TIMES = [DAYS[1] + 3600 * Fraction(h) for h in (0, 11, 12, 13, 24, 36)]
DURATIONS = [Fraction(s) for s in (-3600, 0, 1, 43_200, 86_400, 172_800)]
TEXTS = ("", "a", "ab", "b", "\\", "aa")
QUANTITIES = {Kind.DATE: DAYS, Kind.TIME: TIMES, Kind.DURATION: DURATIONS}
MOST = 3_000


def completions(spec: SpecModel, example: Example) -> Iterator[Mapping[str, reference.Verdict]]:
    """Yield the verdicts in each valid situation of the example whose numbers and texts are among a
    few; none if there are too many."""
    given = {g.fact: g.value for g in example.given}
    domains = [[given[f]] if f in given else _domain_of(f) for f in spec.facts]
    total = 1
    for domain in domains:
        total *= len(domain)
    says = [one.to_json() for one in given_instructions(example)]
    for values in product(*domains) if total <= MOST else ():
        facts = {f.name: to_json(f, v) for f, v in zip(spec.facts, values, strict=True)}
        answer = reference.decide(spec, facts, says)
        if not answer.faults:
            yield {verdict.decision: verdict for verdict in answer.verdicts}


def is_discrete(spec: SpecModel) -> bool:
    """Tell whether all values of all facts are enumerated."""
    return all(f.type.kind in (Kind.BOOL, Kind.ENUM, Kind.SET) for f in spec.facts)


def _domain_of(fact: Fact) -> list[Any]:
    members = range(len(fact.type.members))
    known: list[Any]
    match fact.type.kind:
        case Kind.BOOL:
            known = [False, True]
        case Kind.ENUM:
            known = list(members)
        case Kind.SET:
            subsets = chain.from_iterable(combinations(members, n) for n in range(len(members) + 1))
            known = [frozenset(subset) for subset in subsets]
        case Kind.TEXT:
            known = list(TEXTS)
        case kind:
            found = QUANTITIES.get(kind, NUMBERS)
            known = [v for v in found if kind is not Kind.INT or v.denominator == 1]
    return [*known, None] if fact.optional else known
