"""Who can say something about a decision, and where it counts, in each of two specs.

A *voice* is a way to speak: who, stated or implied, and at which level. Instructions of voices that
land alike in both specs are worth the same, so one voice stands for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from specdsl.circuit.instructions import PLACES, naming_matters
from specdsl.model.nodes import Decision, Delegate, Level, Principal, Spec


@dataclass(frozen=True, slots=True, order=True)
class Voice:
    """`at` is empty where the principal speaks with the authority that it has."""

    principal: str
    implied: bool = False
    at: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """A decision of one spec, and who may speak on it there. `deaf`: voices that are not heard."""

    spec: Spec
    decision: Decision
    deaf: Callable[[Voice], bool] = lambda voice: False

    def principal(self, voice: Voice) -> Principal | None:
        return next((p for p in self.spec.principals if p.name == voice.principal), None)

    def level(self, name: str) -> Level | None:
        return next((level for level in self.spec.levels if level.name == name), None)

    def lent(self, principal: Principal) -> list[Delegate]:
        """The delegations to it that reach this decision."""
        return [
            d
            for d in self.spec.delegates
            if d.principal is principal and self.decision in d.decisions
        ]

    def accepts(self, voice: Voice) -> bool:
        """Speaking so is no bad input."""
        principal, at = self.principal(voice), self.level(voice.at)
        if principal is None or (voice.at and at is None):
            return False
        top = self._highest(principal, voice.implied)
        return at is None or top is None or at.rank >= top

    def _highest(self, principal: Principal, implied: bool) -> int | None:
        own = principal.implied if implied and principal.implied else principal.level
        if own is not None:
            return own.rank
        return min((d.level.rank for d in self.lent(principal)), default=None)

    def place(self, voice: Voice) -> tuple[Level, str] | None:
        """Where a principal with authority is heard; None where it is ignored."""
        principal = self.principal(voice)
        if principal is None or principal.level is None or self.deaf(voice):
            return None
        if not self.decision.steers(principal):
            return None
        own = principal.implied if voice.implied else principal.level
        at = self.level(voice.at) or own
        if own is None or at is None:
            return None
        if voice.implied:
            return at, "implied"
        return at, "stated" if at is principal.level else "lowered"

    def borrows(self, voice: Voice) -> bool:
        """A delegation can let it be heard."""
        principal = self.principal(voice)
        lent = principal is not None and principal.level is None and self.lent(principal)
        return bool(lent) and not voice.implied


Where = tuple[int, int]  # rank of the level, index of the place


def voices(sides: Sequence[Side]) -> tuple[Voice, ...]:
    """One voice for each way to be heard by at least one of the sides, bad input for none."""
    plain: dict[tuple[Where | None, ...], Voice] = {}
    borrowed: list[Voice] = []
    for voice in _all(sides[0].spec):
        if not all(side.accepts(voice) for side in sides):
            continue
        if any(side.borrows(voice) for side in sides):
            borrowed.append(voice)
            continue
        landing = tuple(where(side, voice) for side in sides)
        if any(where is not None for where in landing):
            plain.setdefault(landing, voice)
    apart = {
        landing: voice for landing, voice in plain.items() if any(map(_naming, sides, landing))
    }
    rest = {landing: voice for landing, voice in plain.items() if landing not in apart}
    return (*apart.values(), *_merged(rest), *borrowed)


def _naming(side: Side, where: Where | None) -> bool:
    """What is stated there counts for what it names, too."""
    if where is None or PLACES[where[1]] != "stated":
        return False
    return naming_matters(side.spec, side.decision, side.spec.levels[where[0]])


def _all(spec: Spec) -> Iterator[Voice]:
    for principal in spec.principals:
        for implied in (False, True):
            yield Voice(principal.name, implied)
            yield from (Voice(principal.name, implied, level.name) for level in spec.levels)


def where(side: Side, voice: Voice) -> Where | None:
    """Where a principal with authority is heard; None where it is ignored."""
    found = side.place(voice)
    return None if found is None else (found[0].rank, PLACES.index(found[1]))


def _merged(plain: dict[tuple[Where | None, ...], Voice]) -> list[Voice]:
    """The highest place of a level stands for those below it, where the sides agree on all that is
    heard at the level: nothing lies between its places."""
    found: list[Voice] = []
    for _, group in groupby(sorted(plain, key=_by_level), key=_levels):
        landings = list(group)
        meeting = (other for other in plain if _meets(other, landings))
        whole = all(_levels(other) == _levels(landings[0]) for other in meeting)
        chosen = landings[:1] if whole and _monotone(landings) else landings
        found += [plain[landing] for landing in chosen]
    return found


def _levels(landing: tuple[Where | None, ...]) -> tuple[int, ...]:
    return tuple(-1 if where is None else where[0] for where in landing)


def _by_level(landing: tuple[Where | None, ...]) -> tuple[tuple[int, ...], tuple[Where, ...]]:
    return _levels(landing), tuple(where or (-1, -1) for where in landing)


def _meets(landing: tuple[Where | None, ...], others: Sequence[tuple[Where | None, ...]]) -> bool:
    """It is heard at a level at which the others are, by at least one of the sides."""
    level = _levels(others[0])
    return any(a == b != -1 for a, b in zip(_levels(landing), level, strict=True))


def _monotone(landings: Sequence[tuple[Where | None, ...]]) -> bool:
    """All sides put them in the same order, and none of them in one place."""
    columns = list(zip(*landings, strict=True))
    return all(
        all(where is None for where in column)
        or (None not in column and list(column) == sorted(set(column)))
        for column in columns
    )
