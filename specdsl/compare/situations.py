"""Situations of two specs: shown once, and handed to each decision function as it takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from specdsl.checks.situations import argument, default, described, in_order, to_json
from specdsl.circuit.values import FactValue
from specdsl.compare.facts import SharedFacts
from specdsl.compare.instructions import Floor, Slot
from specdsl.compare.voices import Voice
from specdsl.model.nodes import Fact, Spec
from specdsl.solver.witness import Witness


@dataclass(frozen=True, slots=True)
class Saying:
    """An instruction of a situation."""

    voice: Voice
    decision: str
    effect: str

    def __str__(self) -> str:
        verb = "implies" if self.voice.implied else "says"
        return f"{self.voice.principal} {verb} {self.short()}"

    def short(self) -> str:
        """Without who says it."""
        return self.effect + (f" at {self.voice.at}" if self.voice.at else "")

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"by": self.voice.principal, "effect": self.effect}
        if self.voice.implied:
            found["implied"] = True
        if self.voice.at:
            found["at"] = self.voice.at
        return found


@dataclass(frozen=True, slots=True)
class Situation:
    """`named` are the facts that matter; `every` is a completion with all facts of both specs."""

    facts: SharedFacts
    named: Mapping[Fact, FactValue]
    every: Mapping[Fact, FactValue]
    says: tuple[Saying, ...]

    def __str__(self) -> str:
        found = [described(fact, value) for fact, value in in_order(self.named)]
        return ", ".join((*found, *map(str, self.says))) or "any"

    def to_json(self) -> dict[str, Any]:
        """Only what matters."""
        facts = {fact.name: to_json(fact, value) for fact, value in in_order(self.named)}
        return {"facts": facts, "says": [saying.to_json() for saying in self.says]}

    def without(self, silent: Callable[[Voice], bool]) -> Situation:
        """The same where some say nothing."""
        kept = tuple(saying for saying in self.says if not silent(saying.voice))
        return replace(self, says=kept)

    def of(self, spec: Spec) -> dict[str, Any]:
        """The whole situation as the decision function of one of the specs takes it."""
        facts = {own.name: to_json(own, self.every[home]) for own, home in self._own(spec)}
        says = [saying.to_json() for saying in self._said(spec)]
        return {"facts": dict(sorted(facts.items())), "says": says}

    def arguments(self, spec: Spec) -> str:
        """What follows `specdsl decide FILE` for one of the specs: the facts that matter, and those
        that are not as `--fill` would fill them in."""
        words = ["--fill"]
        for own, home in sorted(self._own(spec), key=lambda pair: pair[0].name):
            value = self.every[home]
            filled = to_json(own, value) == to_json(own, default(own))
            if not filled or (home in self.named and value is not None):
                words.append(argument(own, value))
        for saying in self._said(spec):
            option = "--imply" if saying.voice.implied else "--say"
            words.append(f'{option} "{saying.voice.principal}: {saying.short()}"')
        return " ".join(words)

    def _own(self, spec: Spec) -> Iterator[tuple[Fact, Fact]]:
        """Facts of a spec as it calls them, with the values that both take, and what they are
        here."""
        own = set(spec.facts)
        for shared in self.facts.facts:
            for fact in (shared.old, shared.new):
                if fact is not None and fact in own:
                    yield replace(shared.fact, name=fact.name), shared.fact

    def _said(self, spec: Spec) -> list[Saying]:
        decisions = {decision.name for decision in spec.decisions}
        return [saying for saying in self.says if saying.decision in decisions]


def situation(facts: SharedFacts, floors: Iterable[Floor], witness: Witness) -> Situation:
    """The situation of a witness."""
    every = completed(facts, witness.every)
    says = tuple(saying for floor in floors for saying in _said(floor, witness))
    return Situation(facts, witness.named, every, says)


def completed(facts: SharedFacts, every: Mapping[Fact, FactValue]) -> dict[Fact, FactValue]:
    """With the facts that no question was about: unknown, or the simplest."""
    homes = [shared.fact for shared in facts.facts]
    return {home: every[home] if home in every else default(home) for home in homes}


def _said(floor: Floor, witness: Witness) -> Iterator[Saying]:
    """In the order in which it is given: the latest is the first of the slots."""
    for slot in reversed(floor.slots):
        if witness.holds(slot.used):
            voice = next(voice for voice, bit in slot.by.items() if witness.holds(bit))
            effect = _effect(floor, slot, witness)
            yield Saying(voice, floor.name, effect)


def _effect(floor: Floor, slot: Slot, witness: Witness) -> str:
    """The effect in its shortest form that means the same to all sides."""
    named = [name for name, bit in slot.names.items() if witness.holds(bit)]
    if witness.holds(slot.permits):
        return f"{floor.name} may be {' or '.join(named)}"
    if witness.holds(slot.negated):
        return _restriction(floor.name, "is not", "not in", named)
    others = [name for name in slot.names if name not in named]
    alike = all(len(side.decision.outcomes) == len(slot.names) for side in floor.sides)
    if alike and len(others) == 1 < len(named):
        return _restriction(floor.name, "is not", "not in", others)
    return _restriction(floor.name, "is", "in", named)


def _restriction(decision: str, one: str, several: str, names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"{decision} {one} {names[0]}"
    return f"{decision} {several} {{{', '.join(names)}}}"
