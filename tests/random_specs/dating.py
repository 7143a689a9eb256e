"""Random specs whose conditions relate dates, times and durations: how long it is since something,
and whether that is longer than what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.random_specs import one_decision
from tests.random_specs.conditions import OPERATORS
from tests.random_specs.draft import Draft
from tests.random_specs.drawing import Draw
from tests.random_specs.vocabulary import FactDraft

DAYS = " 2024-02-27..2024-03-02"
FEWER_DAYS = " 2024-02-28..2024-03-01"
HOURS = " 2024-02-29T00:00:00Z..2024-02-29T06:00:00Z"
SPAN = " 0s..2d"
CONSTANTS = {
    "date": ("2024-02-28", "2024-02-29", "2024-03-01"),
    "time": ("2024-02-29T00:00:00Z", "2024-02-29T02:00:00+01:00", "2024-02-29T06:00:00Z"),
    "duration": ("0s", "12h", "1d", "36h", "2d", "1w"),
}


def dating(random: Random) -> Draft:
    """One that loads, save where a condition is the same whatever the moments."""
    draw = Draw(random)
    defined = ("waited", "duration")
    return one_decision.comparing(draw, "dating", _facts(draw), Moments, defined, most_rules=6)


def _facts(draw: Draw) -> list[FactDraft]:
    """Two or three days, or two times; perhaps a duration, and something to choose by."""
    if draw.chance(25):
        facts = [_moment(draw, name, "time", HOURS) for name in ("opened", "closed")]
    else:
        names = ("today", "born", "signed")[: draw.number(2, 3)]
        days = DAYS if len(names) < 3 else FEWER_DAYS
        facts = [_moment(draw, name, "date", days) for name in names]
    facts += [_moment(draw, "grace", "duration", SPAN)] if draw.chance(50) else []
    return [*facts, FactDraft("asked", "bool")] if draw.chance(35) else facts


def _moment(draw: Draw, name: str, kind: str, range_: str) -> FactDraft:
    return FactDraft(name, kind, (), range_, draw.chance(15))


@dataclass(frozen=True, slots=True)
class Moments:
    """Draws comparisons of moments and of the durations between them. `waited`: the name of a
    define, or empty."""

    draw: Draw
    facts: tuple[FactDraft, ...]
    waited: str = ""

    def test(self) -> str:
        """A comparison, or what is chosen by."""
        if self._has("bool") and self.draw.chance(15):
            return "asked"
        moments = self.draw.chance(50)
        one, other = (self.moment(), self.moment()) if moments else (self.term(), self.term())
        constants = CONSTANTS[self._kind if moments else "duration"]
        if self.draw.chance(10):
            listed = ", ".join(self.draw.some(constants, 1, 3))
            return f"{one} {self.draw.pick(('in', 'not in'))} {{{listed}}}"
        other = self.draw.pick(constants) if self.draw.chance(45) else other
        return f"{one} {self.draw.pick(OPERATORS)} {other}"

    def moment(self) -> str:
        """A date or a time, moved or not; the first or the last of two."""
        one, other = (self._moved() for _ in range(2))
        forms = [one, one, one, f"{self.draw.pick(('min', 'max'))}({one}, {other})"]
        forms += [f"({one} if asked else {other})"] if self._has("bool") else []
        return self.draw.pick(forms)

    def term(self) -> str:
        """A duration: between two moments, or one that is given, more or less of it."""
        between = f"({self.moment()} - {self.moment()})"
        given = ["grace", "2 * grace", "grace / 2"] if self._has("duration") else []
        given += [self.waited] if self.waited else []
        fixed = self.draw.pick(CONSTANTS["duration"])
        one = self.draw.pick([between, between, *given])
        forms = [one, one, f"{one} {self.draw.pick('+-')} {fixed}"]
        return self.draw.pick([*forms, f"{self.draw.pick(('min', 'max'))}({one}, {fixed})"])

    def _moved(self) -> str:
        names = [fact.name for fact in self.facts if fact.kind == self._kind]
        by = [*CONSTANTS["duration"][1:4], *(["grace"] if self._has("duration") else [])]
        return self.draw.pick(names) + self.draw.maybe(
            45, f" {self.draw.pick('+-')} {self.draw.pick(by)}"
        )

    @property
    def _kind(self) -> str:
        return self.facts[0].kind

    def _has(self, kind: str) -> bool:
        return any(fact.kind == kind for fact in self.facts)
