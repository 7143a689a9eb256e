"""Random specs whose conditions relate several numbers: sums and differences, factors, the least
and the greatest of some, choices, sizes of sets."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.random_specs import one_decision
from tests.random_specs.conditions import OPERATORS
from tests.random_specs.draft import Draft
from tests.random_specs.drawing import Draw
from tests.random_specs.vocabulary import FactDraft

NAMES = ("seats", "guests", "rooms", "meals")
WHOLE = (" 0..3", " 0..3", " -1..2")
BROKEN = (" 0..3", " 0..", "")
FACTORS = ("", "", "", "2 * ", "3 * ", "0.5 * ", "-1 * ")
CONSTANTS = ("0", "1", "2", "3", "4", "1.5", "-1")


def relating(random: Random) -> Draft:
    """One that loads, save where a condition is the same whatever the numbers."""
    draw = Draw(random)
    defined = ("total", "number")
    return one_decision.comparing(draw, "relating", _facts(draw), Numbers, defined, most_rules=7)


def _facts(draw: Draw) -> list[FactDraft]:
    """Numbers that are whole, save perhaps the last; perhaps a set, and something to choose by."""
    names = NAMES[: draw.pick((2, 2, 3, 3, 4))]
    broken = draw.pick(names) if draw.chance(30) else ""
    facts = [_number(draw, name, name == broken) for name in names]
    if len(facts) < len(NAMES) and draw.chance(20):
        facts.append(FactDraft("tags", "set", ("vip", "staff")))
    return [*facts, FactDraft("asked", "bool")] if draw.chance(40) else facts


def _number(draw: Draw, name: str, broken: bool) -> FactDraft:
    kind, ranges = ("number", BROKEN) if broken else ("int", WHOLE)
    return FactDraft(name, kind, (), draw.pick(ranges), draw.chance(15))


@dataclass(frozen=True, slots=True)
class Numbers:
    """Draws comparisons of terms. `total`: the name of a define, or empty."""

    draw: Draw
    facts: tuple[FactDraft, ...]
    total: str = ""

    def test(self) -> str:
        """A comparison, or what is chosen by."""
        if self._asked and self.draw.chance(15):
            return "asked"
        if self.draw.chance(10):
            listed = ", ".join(self.draw.some(CONSTANTS[:5], 1, 3))
            return f"{self.term()} {self.draw.pick(('in', 'not in'))} {{{listed}}}"
        other = self.draw.pick(CONSTANTS) if self.draw.chance(55) else self.term()
        return f"{self.term()} {self.draw.pick(OPERATORS)} {other}"

    def term(self) -> str:
        """A sum of one to three numbers, or what is chosen among several."""
        one, other = (self._some_of() for _ in range(2))
        shift = self.draw.maybe(40, f" {self.draw.pick('+-')} {self.draw.pick('123')}")
        forms = [one, one, one]
        forms.append(f"{self.draw.pick(('min', 'max'))}({one}, {other}){shift}")
        if self._asked:
            forms.append(f"({one} if asked else {other}){shift}")
        return self.draw.pick([*forms, self.total] if self.total else forms)

    def _some_of(self) -> str:
        chosen = self.draw.some(self._names, 1, 3)
        text = f"{self.draw.pick(FACTORS)}{chosen[0]}"
        for name in chosen[1:]:
            text += f" {self.draw.pick('+-')} {self.draw.pick(FACTORS[:-1])}{name}"
        return text

    @property
    def _names(self) -> list[str]:
        sizes = [f"size of {fact.name}" for fact in self.facts if fact.kind == "set"]
        return [fact.name for fact in self.facts if fact.kind in ("int", "number")] + sizes

    @property
    def _asked(self) -> bool:
        return any(fact.kind == "bool" for fact in self.facts)
