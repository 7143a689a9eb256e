"""Speaking modes: who can give an instruction on a decision, and where it counts in each spec.

A mode is a principal, stated or implied, and a level. Modes that count at the same places in both
specs are interchangeable, so one of them stands for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Delegate, Level, Principal, SpecModel
from specdsl.semantics.instruction_inputs import PLACES, naming_matters


@dataclass(frozen=True, slots=True, order=True)
class SpeakingMode:
    """A way to speak. `at` is empty if the principal speaks with its own authority."""

    principal: str
    implied: bool = False
    at: str = ""


@dataclass(frozen=True, slots=True)
class SpecSide:
    """A decision of one spec, and who may speak on it there. `is_muted` tells the modes that are
    not heard."""

    spec: SpecModel
    decision: DecisionModel
    is_muted: Callable[[SpeakingMode], bool] = lambda mode: False

    def principal_of(self, mode: SpeakingMode) -> Principal | None:
        return next((p for p in self.spec.principals if p.name == mode.principal), None)

    def level_named(self, name: str) -> Level | None:
        return next((level for level in self.spec.levels if level.name == name), None)

    def delegations_to(self, principal: Principal) -> list[Delegate]:
        """Return the delegations to the principal on this decision."""
        return [
            d
            for d in self.spec.delegates
            if d.principal is principal and self.decision in d.decisions
        ]

    def accepts_mode(self, mode: SpeakingMode) -> bool:
        """Tell whether the mode is valid input."""
        principal, at = self.principal_of(mode), self.level_named(mode.at)
        if principal is None or (mode.at and at is None):
            return False
        top = self._highest_rank(principal, mode.implied)
        return at is None or top is None or at.rank >= top

    def _highest_rank(self, principal: Principal, implied: bool) -> int | None:
        own = principal.implied if implied and principal.implied else principal.level
        if own is not None:
            return own.rank
        return min((d.level.rank for d in self.delegations_to(principal)), default=None)

    def effective_place(self, mode: SpeakingMode) -> tuple[Level, str] | None:
        """Return the level and place where a principal with authority counts, or None."""
        principal = self.principal_of(mode)
        if principal is None or principal.level is None or self.is_muted(mode):
            return None
        if not self.decision.steers(principal):
            return None
        own = principal.implied if mode.implied else principal.level
        at = self.level_named(mode.at) or own
        if own is None or at is None:
            return None
        if mode.implied:
            return at, "implied"
        return at, "stated" if at is principal.level else "lowered"

    def may_be_delegated(self, mode: SpeakingMode) -> bool:
        """Tell whether a delegation can make the mode count."""
        principal = self.principal_of(mode)
        lent = principal is not None and principal.level is None and self.delegations_to(principal)
        return bool(lent) and not mode.implied


RankedPlace = tuple[int, int]
"""The rank of a level and the index of a place."""


def speaking_modes(sides: Sequence[SpecSide]) -> tuple[SpeakingMode, ...]:
    """Return one mode for each way to count in at least one of the specs, valid in all."""
    plain: dict[tuple[RankedPlace | None, ...], SpeakingMode] = {}
    borrowed: list[SpeakingMode] = []
    for mode in _all_modes(sides[0].spec):
        if not all(side.accepts_mode(mode) for side in sides):
            continue
        if any(side.may_be_delegated(mode) for side in sides):
            borrowed.append(mode)
            continue
        landing = tuple(ranked_place(side, mode) for side in sides)
        if any(where is not None for where in landing):
            plain.setdefault(landing, mode)
    apart = {
        landing: mode for landing, mode in plain.items() if any(map(_naming_counts, sides, landing))
    }
    rest = {landing: mode for landing, mode in plain.items() if landing not in apart}
    return (*apart.values(), *_merge_places(rest), *borrowed)


def _naming_counts(side: SpecSide, where: RankedPlace | None) -> bool:
    """Tell whether a statement at this place also counts by the outcomes that it names."""
    if where is None or PLACES[where[1]] != "stated":
        return False
    return naming_matters(side.spec, side.decision, side.spec.levels[where[0]])


def _all_modes(spec: SpecModel) -> Iterator[SpeakingMode]:
    for principal in spec.principals:
        for implied in (False, True):
            yield SpeakingMode(principal.name, implied)
            yield from (SpeakingMode(principal.name, implied, level.name) for level in spec.levels)


def ranked_place(side: SpecSide, mode: SpeakingMode) -> RankedPlace | None:
    """Return where a principal with authority counts, or None where it is ignored."""
    found = side.effective_place(mode)
    return None if found is None else (found[0].rank, PLACES.index(found[1]))


def _merge_places(plain: dict[tuple[RankedPlace | None, ...], SpeakingMode]) -> list[SpeakingMode]:
    """Merge the places of a level into the highest, if the specs agree on every mode that counts at
    the level: nothing lies between its places."""
    found: list[SpeakingMode] = []
    for _, group in groupby(sorted(plain, key=_level_sort_key), key=_level_ranks):
        landings = list(group)
        meeting = (other for other in plain if _shares_level(other, landings))
        whole = all(_level_ranks(other) == _level_ranks(landings[0]) for other in meeting)
        chosen = landings[:1] if whole and _same_order(landings) else landings
        found += [plain[landing] for landing in chosen]
    return found


def _level_ranks(landing: tuple[RankedPlace | None, ...]) -> tuple[int, ...]:
    return tuple(-1 if where is None else where[0] for where in landing)


def _level_sort_key(
    landing: tuple[RankedPlace | None, ...],
) -> tuple[tuple[int, ...], tuple[RankedPlace, ...]]:
    return _level_ranks(landing), tuple(where or (-1, -1) for where in landing)


def _shares_level(
    landing: tuple[RankedPlace | None, ...], others: Sequence[tuple[RankedPlace | None, ...]]
) -> bool:
    """Tell whether it counts at the level of the others in at least one of the specs."""
    level = _level_ranks(others[0])
    return any(a == b != -1 for a, b in zip(_level_ranks(landing), level, strict=True))


def _same_order(landings: Sequence[tuple[RankedPlace | None, ...]]) -> bool:
    """Tell whether all specs put them in the same order, at distinct places."""
    columns = list(zip(*landings, strict=True))
    return all(
        all(where is None for where in column)
        or (None not in column and list(column) == sorted(set(column)))
        for column in columns
    )
