"""The mutation score: the share of mutants that a spec's examples and assertions kill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import field
from enum import Enum

from specdsl.analyses.fixes.edited_texts import reload_spec, texts_after
from specdsl.analyses.mutation.distinguish import Distinction, assumption_distinction, distinguish
from specdsl.analyses.mutation.kill import find_killer, killer_by_name, passing_tests
from specdsl.analyses.mutation.mutant import Mutant, MutationKind, round_robin
from specdsl.analyses.mutation.mutate_statements import generate_mutants
from specdsl.api import Spec, start_session
from specdsl.base.limits import MAX_MUTANTS
from specdsl.base.quick_dataclass import dataclass
from specdsl.reasoning.prover import Undetermined


class MutantStatus(Enum):
    KILLED = "noticed"
    SURVIVED = "survives"
    EQUIVALENT = "equal"
    INVALID = "does not load"
    UNPROVED = "unsettled"


@dataclass(frozen=True, slots=True)
class TriedMutant:
    """A mutant with its status; `killer` names the test that fails, `distinction` shows that a
    surviving mutant differs."""

    mutant: Mutant
    status: MutantStatus
    killer: str = ""
    distinction: Distinction | None = None


@dataclass(frozen=True, slots=True)
class MutationScore:
    """The mutants of a spec that were tried, of `total` mutants that it has."""

    path: str
    total: int
    tried: tuple[TriedMutant, ...]
    counts: Mapping[MutantStatus, int] = field(default_factory=dict)

    @property
    def killed_count(self) -> int:
        return self.counts[MutantStatus.KILLED]

    @property
    def scored_count(self) -> int:
        """Count the mutants that differ from the spec, killed or not."""
        return self.killed_count + self.counts[MutantStatus.SURVIVED]


def mutation_score(spec: Spec, most: int = MAX_MUTANTS) -> MutationScore:
    """Try at most `most` mutants, taken from all kinds in turn. A survivor is compared with the
    spec: either it is proved equivalent, or a situation distinguishes the two."""
    every = list(generate_mutants(spec))
    run = _MutationRun(spec)
    tried = tuple(run.try_mutant(mutant) for mutant in round_robin(every, most))
    counts = Counter(mutant.status for mutant in tried)
    return MutationScore(
        spec.loaded.path, len(every), tried, {status: counts[status] for status in MutantStatus}
    )


class _MutationRun:
    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.session = start_session(spec)
        self.names = passing_tests(self.session)

    def try_mutant(self, mutant: Mutant) -> TriedMutant:
        killer = killer_by_name(self.session, mutant, self.names)
        if killer is not None:
            return TriedMutant(mutant, MutantStatus.KILLED, killer)
        other = reload_spec(self.spec, texts_after(self.spec, mutant.edits))
        if other is None:
            return TriedMutant(mutant, MutantStatus.INVALID)
        try:
            killer = find_killer(start_session(other), self.names)
            if killer is not None:
                return TriedMutant(mutant, MutantStatus.KILLED, killer)
            distinction = self._distinguish(mutant, other)
        except Undetermined:
            return TriedMutant(mutant, MutantStatus.UNPROVED)
        status = MutantStatus.SURVIVED if distinction else MutantStatus.EQUIVALENT
        return TriedMutant(mutant, status, distinction=distinction)

    def _distinguish(self, mutant: Mutant, other: Spec) -> Distinction | None:
        """Distinguish a survivor; a constant may also change what an assumption allows."""
        if mutant.kind is MutationKind.NO_ASSUME:
            return assumption_distinction(self.spec, other)
        distinction = distinguish(self.spec, other)
        if distinction is None and mutant.kind is MutationKind.NUMBER and self.spec.model.assumes:
            return assumption_distinction(self.spec, other)
        return distinction
