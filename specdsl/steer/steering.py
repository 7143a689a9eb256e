"""`steer`: who can bring an outcome about or prevent it, in which situation, and what stops others.

A principal *can bring about* an outcome (`set`) when there is a situation in which the decision is
otherwise without what it says, and comes to this outcome with some instructions of it. It *can
prevent* one (`stop`) the other way round. Everything else is the same with and without: the facts,
and all that others say, before and after; it may speak on the decision itself and on those that
this one reads. It *cannot* when that is proved for no situation at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from specdsl.circuit.nodes import Circuit
from specdsl.compare.results import Result
from specdsl.compare.worlds import cone, decision
from specdsl.model.nodes import Spec as Model
from specdsl.policy import Spec, replay
from specdsl.runtime.results import Taken
from specdsl.solver.engines import Limits
from specdsl.solver.prover import Prover, Unsettled
from specdsl.solver.witness import Witness
from specdsl.steer.hearing import Hearing, Who
from specdsl.steer.insisting import Insisting
from specdsl.steer.reach import (
    CONTRADICTION,
    NOT_TAKEN,
    Aim,
    Answer,
    Bar,
    Manner,
    Open,
    Speaker,
    Steering,
    Way,
    Why,
)

Replay = Callable[[Mapping[str, Any]], Mapping[str, Taken]]


def steer(
    spec: Spec, names: Iterable[str] = (), limits: Limits | None = None
) -> tuple[Steering, ...]:
    """By decision (all of them where none is named) what everybody can do about it. Each situation
    has been decided by the decision function, with and without."""
    run, limits = replay(spec.circuit), limits or Limits()
    chosen = tuple(names) or tuple(d.name for d in spec.model.decisions)
    return tuple(_steering(spec.circuit, name, run, limits) for name in chosen)


def _steering(circuit: Circuit, name: str, run: Replay, limits: Limits) -> Steering:
    own = decision(circuit.spec, name)
    speakers = [
        _Questions(Hearing(circuit, name, who), run, limits).speaker()
        for who in speakers_of(circuit.spec)
    ]
    fails = own.on_conflict is None and any(
        isinstance(answer, Way)
        for speaker in speakers
        for (outcome, _), answer in speaker.answers.items()
        if outcome == CONTRADICTION
    )
    outcomes = (*own.outcomes, *([CONTRADICTION] if fails else []))
    return Steering(name, outcomes, tuple(speakers))


def speakers_of(spec: Model) -> Iterator[Who]:
    """Every principal in every manner in which it may be heard."""
    for principal in spec.principals:
        if principal.level is None:
            yield Who(principal, Manner.LENT)
            continue
        yield Who(principal, Manner.STATED)
        if principal.implied is not None:
            yield Who(principal, Manner.IMPLIED)


class _Questions:
    """All questions about one decision and one speaker."""

    def __init__(self, hearing: Hearing, run: Replay, limits: Limits) -> None:
        self.hearing = hearing
        self.asking = hearing.asking(limits)
        self.run = run

    def speaker(self) -> Speaker:
        who, hearing = self.hearing.who, self.hearing
        if not hearing.heard:
            return Speaker(who.principal.name, who.manner, {}, _unheard(hearing))
        outcomes = [*decision(hearing.circuit.spec, hearing.name).outcomes, CONTRADICTION]
        keys = [(outcome, aim) for outcome in outcomes for aim in Aim]
        claims = {key: hearing.claim(hearing.pair, key[1], key[0]) for key in keys}
        prover = self.asking.prover(*claims.values())
        answers = {key: self._answer(prover, *key, claim) for key, claim in claims.items()}
        return Speaker(who.principal.name, who.manner, answers)

    def _answer(self, prover: Prover, outcome: str, aim: Aim, claim: int) -> Answer:
        try:
            return (
                self._way(outcome, aim, claim) if prover.settle(claim) else self._bar(outcome, aim)
            )
        except Unsettled:
            return Open()

    # --- it can ---

    def _way(self, outcome: str, aim: Aim, claim: int) -> Way:
        hearing = self.hearing
        witness = self.asking.simple(claim)
        assert witness is not None, "it has just been found"
        spec, situation = hearing.circuit.spec, self.asking.situation(witness)
        others = situation.without(hearing.who.says)
        whole = others.of(spec), situation.of(spec)
        before, after = (self._replayed(one) for one in whole)
        assert [before, after] == self._expected(witness), "the replay says otherwise"
        own = tuple(saying.short() for saying in situation.says if hearing.who.says(saying.voice))
        held = Insisting(hearing, self.asking).held_back(outcome, aim)
        return Way(str(others), own, before, after, situation.to_json(), *whole, held)

    def _replayed(self, situation: Mapping[str, Any]) -> str:
        taken = self.run(situation)[self.hearing.name]
        return _named(Result(taken.outcome or "", failed=taken.failed))

    def _expected(self, witness: Witness) -> list[str]:
        """The outcomes in the quiet and in the loud world."""
        found: list[str] = []
        for world in self.hearing.pair:
            results = self.hearing.results(world)
            result = next(r for r, literal in results.items() if witness.holds(literal))
            found.append(_named(result))
        return found

    # --- it cannot ---

    def _bar(self, outcome: str, aim: Aim) -> Bar:
        """What sees to it: the first reason that holds, and the rules that it needs."""
        reasons = self._reasons(outcome, aim)
        selectors = self.hearing.selectors
        prover = self.asking.prover(*reasons.values(), *selectors.values())
        for why, claim in reasons.items():
            if not prover.settle(claim, *selectors.values()):
                return Bar(self._core(prover, claim), why)
        raise AssertionError("it has just been proved")

    def _reasons(self, outcome: str, aim: Aim) -> dict[Why, int]:
        """What has no situation, by what that would mean."""
        hearing = self.hearing
        before, after = (hearing.comes_to(world, outcome) for world in hearing.selected)
        found = {Why.NEVER: hearing.graph.any_of((before, after))}
        if aim is Aim.SET:
            found[Why.ANYWAY] = before ^ 1
        else:
            found |= {Why.ALWAYS: after ^ 1, Why.OWN: before}
        kept = Why.CLASH if outcome == CONTRADICTION else Why.ABOVE
        return {**found, kept: hearing.claim(hearing.selected, aim, outcome)}

    def _core(self, prover: Prover, claim: int) -> tuple[str, ...]:
        names = list(self.hearing.selectors)
        kept, _ = prover.core([claim], list(self.hearing.selectors.values()))
        return tuple(sorted(names[i] for i in kept))


def _named(result: Result) -> str:
    """A result by its outcome."""
    if result.failed:
        return CONTRADICTION
    return result.outcome or NOT_TAKEN


def _unheard(hearing: Hearing) -> str:
    """Why the speaker has no voice."""
    if hearing.who.manner is Manner.LENT:
        return "nobody lends it authority here"
    reads = len(cone(hearing.circuit.spec, hearing.name)) > 1
    return "does not steer it" + (", nor what it reads" if reads else "")
