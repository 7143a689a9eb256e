"""Situations of two specs, shown once and translated for each of the two decision functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact, SpecModel
from specdsl.reasoning.witness.simple_witness import Witness
from specdsl.semantics.fact_values import FactValue
from specdsl.situations.situation import (
    argument_text,
    default_of,
    fact_text,
    sorted_by_name,
    to_json,
)
from specdsl.verification.two_specs.matched_facts import SharedFacts
from specdsl.verification.two_specs.paired_instructions import InstructionInputs, InstructionSpace
from specdsl.verification.two_specs.speaking_modes import SpeakingMode


@dataclass(frozen=True, slots=True)
class WitnessInstruction:
    """An instruction in the situation of a witness."""

    mode: SpeakingMode
    decision: str
    effect: str

    def __str__(self) -> str:
        verb = "implies" if self.mode.implied else "says"
        return f"{self.mode.principal} {verb} {self.instruction_text()}"

    def instruction_text(self) -> str:
        """Return the effect and the level, without the principal."""
        return self.effect + (f" at {self.mode.at}" if self.mode.at else "")

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"by": self.mode.principal, "effect": self.effect}
        if self.mode.implied:
            found["implied"] = True
        if self.mode.at:
            found["at"] = self.mode.at
        return found


@dataclass(frozen=True, slots=True)
class SharedSituation:
    """A situation of two specs: the relevant facts, and a completion with all facts of both."""

    facts: SharedFacts
    relevant_facts: Mapping[Fact, FactValue]
    all_facts: Mapping[Fact, FactValue]
    says: tuple[WitnessInstruction, ...]

    def __str__(self) -> str:
        found = [fact_text(fact, value) for fact, value in sorted_by_name(self.relevant_facts)]
        return ", ".join((*found, *map(str, self.says))) or "any"

    def to_json(self) -> dict[str, Any]:
        """Return the relevant facts and the instructions."""
        facts = {
            fact.name: to_json(fact, value) for fact, value in sorted_by_name(self.relevant_facts)
        }
        return {"facts": facts, "says": [saying.to_json() for saying in self.says]}

    def mute_speakers(self, silent: Callable[[SpeakingMode], bool]) -> SharedSituation:
        """Return the situation without the instructions of the muted speaking modes."""
        kept = tuple(saying for saying in self.says if not silent(saying.mode))
        return replace(self, says=kept)

    def complete_for(self, spec: SpecModel) -> dict[str, Any]:
        """Return the complete situation as the decision function of a spec takes it."""
        facts = {own.name: to_json(own, self.all_facts[home]) for own, home in self._facts_of(spec)}
        says = [saying.to_json() for saying in self._instructions_for(spec)]
        return {"facts": dict(sorted(facts.items())), "says": says}

    def arguments(self, spec: SpecModel) -> str:
        """Return the arguments of `specdsl decide FILE` for a spec: the relevant facts, and all
        that `--fill` would set differently."""
        words = ["--fill"]
        for own, home in sorted(self._facts_of(spec), key=lambda pair: pair[0].name):
            value = self.all_facts[home]
            filled = to_json(own, value) == to_json(own, default_of(own))
            if not filled or (home in self.relevant_facts and value is not None):
                words.append(argument_text(own, value))
        for saying in self._instructions_for(spec):
            option = "--imply" if saying.mode.implied else "--say"
            words.append(f'{option} "{saying.mode.principal}: {saying.instruction_text()}"')
        return " ".join(words)

    def _facts_of(self, spec: SpecModel) -> Iterator[tuple[Fact, Fact]]:
        """Yield the facts of a spec under its own names and with the shared types, each with its
        shared fact."""
        own = set(spec.facts)
        for shared in self.facts.facts:
            for fact in (shared.old, shared.new):
                if fact is not None and fact in own:
                    yield replace(shared.fact, name=fact.name), shared.fact

    def _instructions_for(self, spec: SpecModel) -> list[WitnessInstruction]:
        decisions = {decision.name for decision in spec.decisions}
        return [saying for saying in self.says if saying.decision in decisions]


def situation_of_witness(
    facts: SharedFacts, spaces: Iterable[InstructionSpace], witness: Witness
) -> SharedSituation:
    every = complete_facts(facts, witness.all_facts)
    says = tuple(saying for space in spaces for saying in _given_instructions(space, witness))
    return SharedSituation(facts, witness.relevant_facts, every, says)


def complete_facts(facts: SharedFacts, every: Mapping[Fact, FactValue]) -> dict[Fact, FactValue]:
    """Add the facts that no query was about, with their default values."""
    homes = [shared.fact for shared in facts.facts]
    return {home: every[home] if home in every else default_of(home) for home in homes}


def _given_instructions(space: InstructionSpace, witness: Witness) -> Iterator[WitnessInstruction]:
    """Yield the instructions in the order in which they are given: the latest comes last."""
    for slot in reversed(space.slots):
        if witness.holds(slot.is_used):
            mode = next(mode for mode, bit in slot.speakers.items() if witness.holds(bit))
            effect = _shortest_effect(space, slot, witness)
            yield WitnessInstruction(mode, space.name, effect)


def _shortest_effect(space: InstructionSpace, slot: InstructionInputs, witness: Witness) -> str:
    """Return the shortest form of the effect that means the same in all specs."""
    named = [name for name, bit in slot.names.items() if witness.holds(bit)]
    if witness.holds(slot.permits):
        return f"{space.name} may be {' or '.join(named)}"
    if witness.holds(slot.negated):
        return _restriction_text(space.name, "is not", "not in", named)
    others = [name for name in slot.names if name not in named]
    alike = all(len(side.decision.outcomes) == len(slot.names) for side in space.sides)
    if alike and len(others) == 1 < len(named):
        return _restriction_text(space.name, "is not", "not in", others)
    return _restriction_text(space.name, "is", "in", named)


def _restriction_text(decision: str, one: str, several: str, names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"{decision} {one} {names[0]}"
    return f"{decision} {several} {{{', '.join(names)}}}"
