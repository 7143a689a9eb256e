"""One spec with all its situations: valuations, profiles, and what is seen in single situations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations
from typing import NamedTuple

from specdsl.frontend.model import nodes as m
from tests.bruteforce import twins
from tests.bruteforce.clashes import clashes
from tests.bruteforce.conditions import Conditions, Outcomes, Profile, of_spec
from tests.bruteforce.machine import Result, Ruled
from tests.bruteforce.meaning import Meaning, Signature
from tests.bruteforce.places import Open
from tests.bruteforce.valuations import Values, valuations
from tests.bruteforce.variants import in_conjuncts, spared
from tests.bruteforce.walk import decisions_of
from tests.bruteforce.worlds import Explorer, Side, Vector, everybody, outcomes

MOST = 20_000  # valuations
MANY = 20  # times as many pairs of them

Rules = frozenset[str]


class Valued(NamedTuple):
    values: Values
    profile: Profile


@dataclass(slots=True)
class Clashing:
    """A set of rules that clash over a decision."""

    alone: bool = False  # without an instruction in the clash
    undone: bool = False  # what `on conflict` names is not left by what stands above


@dataclass(eq=False)
class Seen:
    """What is seen in some situation. `applies`: rules that apply where a decision of theirs is
    taken or fails (not only where what it reads failed); `stands` rules with a decision; `results`
    by decision; `silent` its outcomes where nobody says anything; `unknown` rules whose condition
    is unknown."""

    applies: set[str] = field(default_factory=set)
    stands: set[tuple[str, str]] = field(default_factory=set)
    results: dict[str, set[Result]] = field(default_factory=dict)
    silent: dict[str, set[int]] = field(default_factory=dict)
    clashes: dict[tuple[str, Rules], Clashing] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)


class Study:
    """Everything is computed when it is asked for. Raises `Unenumerable` for what is too large."""

    def __init__(self, spec: m.SpecModel, most: int = MOST) -> None:
        self.written = spec
        self.spec = in_conjuncts(spec)
        self.most = most
        self.explorer = Explorer()
        bases = [spec.layer.base] if spec.layer is not None else []
        self.spared = spared(self.spec)
        exprs = [*of_spec(self.spec), *(e for b in bases for e in of_spec(b))]
        self.conditions = Conditions([*exprs, *(one.rest for one in self.spared)])
        self.meaning = Meaning(self.spec, self.conditions)
        self._visited: set[tuple[Ruled, Signature]] = set()

    def variant(self, spec: m.SpecModel) -> Meaning:
        return Meaning(spec, self.conditions)

    @cached_property
    def valuations(self) -> list[Values]:
        """Legal ones that represent all others."""
        return valuations(self.spec, self.conditions.exprs, self.most)

    @cached_property
    def profiles(self) -> list[Profile]:
        """In the order of the valuations."""
        return [self.conditions.profile(values) for values in self.valuations]

    @cached_property
    def distinct(self) -> tuple[Profile, ...]:
        return tuple(dict.fromkeys(self.profiles))

    def sides(self) -> Iterator[Side]:
        return (Side(self.meaning, profile) for profile in self.distinct)

    def otherwise(self, fact: m.Fact) -> Iterator[tuple[Side, Side]]:
        """Legal situations that differ in this fact alone, as pairs; not those that
        are decided alike. A fact that nothing reads makes no pair."""
        alike = self._alike(fact)
        pairs = {frozenset((one.profile, two.profile)) for one, two in alike}
        yield from self._sides_of(tuple(pair) for pair in pairs if len(pair) > 1)

    def learned(self, fact: m.Fact) -> Iterator[tuple[Side, Side]]:
        """The same, where it is unknown in the first and known in the second."""
        yield from self._sides_of(
            {
                (one.profile, two.profile)
                for one, two in self._alike(fact)
                if one.values[fact.name] is None and two.values[fact.name] is not None
            }
        )

    def _sides_of(self, pairs: Iterable[tuple[Profile, ...]]) -> Iterator[tuple[Side, Side]]:
        yield from ((Side(self.meaning, one), Side(self.meaning, two)) for one, two in pairs)

    def _alike(self, fact: m.Fact) -> Iterator[tuple[Valued, Valued]]:
        """Pairs of legal valuations that agree in all else."""
        if twins.needs_twin(self.spec, self.conditions.exprs, fact):
            for pair in twins.pairs(self.spec, self.conditions.exprs, fact, MANY * self.most):
                one, two = (Valued(values, self.conditions.profile(values)) for values in pair)
                yield one, two
        else:
            for several in self._groups(fact.name):
                yield from permutations(several, 2)

    def _groups(self, fact: str) -> Iterable[list[Valued]]:
        """Valuations that agree in all else."""
        groups: dict[tuple[object, ...], list[Valued]] = {}
        for values, profile in zip(self.valuations, self.profiles, strict=True):
            if fact in values:
                rest = tuple(value for name, value in values.items() if name != fact)
                groups.setdefault(rest, []).append(Valued(values, profile))
        return groups.values()

    @cached_property
    def vectors(self) -> list[tuple[Profile, list[Vector]]]:
        """By profile, all that can become of all decisions."""
        return [(side.profile, list(self.explorer.vectors(side))) for side in self.sides()]

    @cached_property
    def seen(self) -> Seen:
        seen = Seen()
        for profile, vectors in self.vectors:
            for vector in vectors:
                self._see(seen, profile, vector)
            self._see_silence(seen, profile)
        return seen

    def _see(self, seen: Seen, profile: Profile, vector: Vector) -> None:
        taken = outcomes(vector)
        for rule in self.spec.rules:
            if _can_be_read(rule.whens, taken):
                whens = [self.conditions.truth(profile, when, taken) for when in rule.whens]
                seen.unknown |= {rule.name} if None in whens and False not in whens else set()
        for found in self.meaning.decisions:
            seen.results.setdefault(found.decision.name, set()).add(vector[found.decision.name])
            now = self.meaning.signature(found, profile, taken)
            if now is not None:
                self._see_decision(seen, found, now)

    def _see_decision(self, seen: Seen, found: Ruled, now: Signature) -> None:
        if (found, now) in self._visited:
            return
        self._visited.add((found, now))
        name = found.decision.name
        seen.applies |= {e.rule.name for i, e in enumerate(found.entries) if now.applies >> i & 1}
        results, stands = self.explorer.alone(self.meaning, found, now)
        seen.stands |= {(e.rule.name, name) for i, e in enumerate(found.entries) if stands >> i & 1}
        if any(result.conflicted for result in results):
            places = everybody(self.meaning, found, now)
            self._see_clashes(seen, found, now.applies, places)

    def _see_silence(self, seen: Seen, profile: Profile) -> None:
        """What becomes of all where nobody says anything."""
        before: Vector = {}
        for found in self.meaning.decisions:
            now = self.meaning.signature(found, profile, outcomes(before))
            if now is None:
                continue
            result = found.silent(now.applies)
            before[found.decision.name] = result
            seen.silent.setdefault(found.decision.name, set()).add(result.outcome)

    def _see_clashes(self, seen: Seen, found: Ruled, applies: int, places: Open) -> None:
        for clash in clashes(found, applies, places):
            rules = frozenset(found.entries[number].rule.name for number in clash.rules)
            kept = seen.clashes.setdefault((found.decision.name, rules), Clashing())
            settled = found.decision.on_conflict
            kept.alone |= not clash.instructed
            kept.undone |= settled is not None and not clash.left_above >> settled & 1


def _can_be_read(exprs: Iterable[m.Expr], taken: Outcomes) -> bool:
    return all(decision.name in taken for expr in exprs for decision in decisions_of(expr))
