"""`score`: how many small changes of a spec its examples and assertions notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from specdsl.compare import Change, Region, Result, diff
from specdsl.mends.sources import reloaded, texts_after
from specdsl.mutants.judge import holding, naming, noticed
from specdsl.mutants.mutant import Mutant, in_turn
from specdsl.mutants.statements import mutants
from specdsl.policy import Spec, context
from specdsl.solver.engines import Limits
from specdsl.solver.prover import Unsettled

MOST = 100
LIMITS = Limits(work=20_000_000, seconds=5.0)  # for one question of a comparison


class Fate(Enum):
    NOTICED = "noticed"
    SURVIVES = "survives"
    EQUAL = "equal"
    INVALID = "does not load"
    UNSETTLED = "unsettled"


@dataclass(frozen=True, slots=True)
class Telling:
    """A situation that tells a mutant from the spec, and how. `text` is the situation in a line;
    `replay` has it as the spec and as the mutant decide it; `decision` is empty where only one of
    the two takes it for possible."""

    text: str
    situation: Mapping[str, Any]
    replay: tuple[Mapping[str, Any], ...] = ()
    decision: str = ""
    old: Result | None = None
    new: Result | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """`by`: what notices it; `telling`: of one that survives."""

    mutant: Mutant
    fate: Fate
    by: str = ""
    telling: Telling | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """`total`: how many mutants there are, of which those in `tried` were."""

    path: str
    total: int
    tried: tuple[Tried, ...]
    counts: Mapping[Fate, int] = field(default_factory=dict)

    @property
    def noticed(self) -> int:
        return self.counts[Fate.NOTICED]

    @property
    def counted(self) -> int:
        """Those that differ from the spec: noticed or not."""
        return self.noticed + self.counts[Fate.SURVIVES]


def score(spec: Spec, most: int = MOST) -> Score:
    """Tries at most so many mutants, in turn of each kind. One that no example or assertion notices
    is held against the spec: it is equal, which is proved, or a situation tells them apart."""
    every = list(mutants(spec))
    trying = _Trying(spec)
    tried = tuple(trying.run(mutant) for mutant in in_turn(every, most))
    counts = Counter(one.fate for one in tried)
    return Score(spec.loaded.path, len(every), tried, {fate: counts[fate] for fate in Fate})


class _Trying:
    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.context = context(spec)
        self.names = holding(self.context)

    def run(self, mutant: Mutant) -> Tried:
        by = naming(self.context, mutant, self.names)
        if by is not None:
            return Tried(mutant, Fate.NOTICED, by)
        other = reloaded(self.spec, texts_after(self.spec, mutant.edits))
        if other is None:
            return Tried(mutant, Fate.INVALID)
        try:
            by = noticed(context(other), self.names)
        except Unsettled:
            return Tried(mutant, Fate.UNSETTLED)
        if by is not None:
            return Tried(mutant, Fate.NOTICED, by)
        return self._unnoticed(mutant, diff(self.spec, other, LIMITS))

    def _unnoticed(self, mutant: Mutant, change: Change) -> Tried:
        telling = _telling(change)
        if telling is not None:
            return Tried(mutant, Fate.SURVIVES, telling=telling)
        # Where nothing is possible in both, all that either decides is vacuous.
        return Tried(mutant, Fate.EQUAL if change.equal else Fate.UNSETTLED)


def _telling(change: Change) -> Telling | None:
    """The first region in which the outcome is another, or else a flag; those come first that need
    the fewest instructions."""
    found = min(change.regions, key=_plainness, default=None)
    if found is not None:
        replay = found.old_situation, found.new_situation
        return Telling(found.text, found.situation, replay, found.decision, found.old, found.new)
    remarks = (r for r in change.remarks if r.situation is not None)
    return next((Telling(r.text, r.situation or {}) for r in remarks), None)


def _plainness(region: Region) -> tuple[bool, int]:
    return region.old.outcome == region.new.outcome, len(region.situation["says"])
