"""A spec, or one with a part left out, as the enumerator decides it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from specdsl.frontend.model import nodes as m
from specdsl.semantics.reference.naive_ranks import effect_on
from tests.bruteforce.conditions import Conditions, Outcomes, Profile
from tests.bruteforce.machine import Ruled, ruled
from tests.bruteforce.places import Lent
from tests.bruteforce.walk import decisions_of


@dataclass(frozen=True, slots=True)
class Signature:
    """What of a situation bears on one decision, apart from instructions: which of its rules apply,
    and who is lent which level."""

    applies: int
    lent: tuple[tuple[str, int], ...]

    @property
    def lends(self) -> Lent:
        return dict(self.lent)


class Meaning:
    """`conditions` may have those of other specs too: variants of a spec share them."""

    def __init__(self, spec: m.SpecModel, conditions: Conditions) -> None:
        self.spec = spec
        self.conditions = conditions

    @cached_property
    def decisions(self) -> tuple[Ruled, ...]:
        """In an order in which each comes after those that it reads."""
        ordered: dict[m.DecisionModel, None] = {}

        def take(decision: m.DecisionModel) -> None:
            for other in self._read_by[decision]:
                take(other)
            ordered.setdefault(decision)

        for decision in self.spec.decisions:
            take(decision)
        return tuple(ruled(self.spec, decision) for decision in ordered)

    @cached_property
    def by_name(self) -> dict[str, Ruled]:
        return {one.decision.name: one for one in self.decisions}

    @cached_property
    def _read_by(self) -> dict[m.DecisionModel, list[m.DecisionModel]]:
        return {
            decision: list(dict.fromkeys(d for e in self._read(decision) for d in decisions_of(e)))
            for decision in self.spec.decisions
        }

    def _read(self, decision: m.DecisionModel) -> Iterator[m.Expr]:
        for rule in self.spec.rules:
            if effect_on(rule, decision) is not None:
                yield from (*rule.whens, *rule.unlesses)
        for delegate in self.spec.delegates:
            if decision in delegate.decisions and delegate.when is not None:
                yield delegate.when

    def reads(self, decision: m.DecisionModel) -> frozenset[str]:
        return frozenset(other.name for other in self._read_by[decision])

    # --- what holds of a profile and of outcomes ---

    def applies(self, rule: m.Rule, profile: Profile, outcomes: Outcomes) -> bool:
        """What its conditions read has to be in `outcomes`."""
        true = self.conditions.truth
        return all(true(profile, when, outcomes) is True for when in rule.whens) and not any(
            true(profile, unless, outcomes) is True for unless in rule.unlesses
        )

    def signature(self, found: Ruled, profile: Profile, outcomes: Outcomes) -> Signature | None:
        """None where a decision that this one reads was not taken."""
        if not self.reads(found.decision) <= outcomes.keys():
            return None
        applies = sum(
            1 << number
            for number, entry in enumerate(found.entries)
            if self.applies(entry.rule, profile, outcomes)
        )
        return Signature(applies, tuple(sorted(self._lent(found, profile, outcomes).items())))

    def _lent(self, found: Ruled, profile: Profile, outcomes: Outcomes) -> dict[str, int]:
        lent: dict[str, int] = {}
        for delegate in self.spec.delegates:
            if found.decision in delegate.decisions and (
                delegate.when is None
                or self.conditions.truth(profile, delegate.when, outcomes) is True
            ):
                name, rank = delegate.principal.name, delegate.level.rank
                lent[name] = min(rank, lent.get(name, rank))
        return lent
