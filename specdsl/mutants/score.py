"""`score`: how many small changes of a spec its examples and assertions notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from specdsl.limits import MOST_MUTANTS
from specdsl.mends.sources import reloaded, texts_after
from specdsl.mutants.apart import Telling, apart, more_possible
from specdsl.mutants.judge import holding, naming, noticed
from specdsl.mutants.mutant import Kind, Mutant, in_turn
from specdsl.mutants.statements import mutants
from specdsl.policy import Spec, context
from specdsl.solver.prover import Unsettled


class Fate(Enum):
    NOTICED = "noticed"
    SURVIVES = "survives"
    EQUAL = "equal"
    INVALID = "does not load"
    UNSETTLED = "unsettled"


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


def score(spec: Spec, most: int = MOST_MUTANTS) -> Score:
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
            if by is not None:
                return Tried(mutant, Fate.NOTICED, by)
            telling = self._telling(mutant, other)
        except Unsettled:
            return Tried(mutant, Fate.UNSETTLED)
        return Tried(mutant, Fate.SURVIVES if telling else Fate.EQUAL, telling=telling)

    def _telling(self, mutant: Mutant, other: Spec) -> Telling | None:
        """What tells it from the spec; an assumption may read a number, too."""
        if mutant.kind is Kind.NO_ASSUME:
            return more_possible(self.spec, other)
        telling = apart(self.spec, other)
        if telling is None and mutant.kind is Kind.NUMBER and self.spec.model.assumes:
            return more_possible(self.spec, other)
        return telling
