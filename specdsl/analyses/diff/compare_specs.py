"""The semantic diff of two specs: every differing situation, proved to be all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from specdsl.analyses.diff.attribution import Attribution, attribution_is_affordable
from specdsl.analyses.diff.change import Change, Region
from specdsl.analyses.diff.changed_regions import FoundRegion, RegionSearch
from specdsl.analyses.diff.classification import outcome_preference
from specdsl.analyses.diff.incomparable import incomparables
from specdsl.api import Spec, replay
from specdsl.reasoning.prover import Undetermined
from specdsl.reasoning.sat.engine import Limits
from specdsl.runtime.results import DecisionTrace
from specdsl.verification.two_specs.decision_results import result_of
from specdsl.verification.two_specs.paired_situation import SharedSituation
from specdsl.verification.two_specs.partial_edits import PartialEdits
from specdsl.verification.two_specs.spec_edits import SpecEdit, spec_edits
from specdsl.verification.two_specs.spec_pair import SpecPair, decision_named, pair_specs
from specdsl.verification.two_specs.statement_table import statement_table
from specdsl.verification.two_specs.unchanged_decisions import unchanged_decisions

Replay = Callable[[Mapping[str, Any]], Mapping[str, DecisionTrace]]


def diff(old: Spec, new: Spec, limits: Limits | None = None) -> Change:
    """Find where two specs decide differently, over all situations that both accept: any facts,
    unknown where they may be, and any instructions. Each region's situation has been replayed by
    both decision functions."""
    return _Diff(old, new, limits or Limits()).compute_change()


class _Diff:
    def __init__(self, old: Spec, new: Spec, limits: Limits) -> None:
        self.old, self.new, self.limits = old, new, limits
        partial_edits = PartialEdits(
            statement_table(old.loaded.files), statement_table(new.loaded.files)
        )
        self.edits: tuple[SpecEdit, ...] = spec_edits(partial_edits.old, partial_edits.new)
        self.worlds: SpecPair = pair_specs(old.circuit, new.circuit, partial_edits)
        self.replays: tuple[Replay, Replay] = replay(old.circuit), replay(new.circuit)

    def compute_change(self) -> Change:
        before, after = ([d.name for d in s.model.decisions] for s in (self.old, self.new))
        common = tuple(name for name in after if name in before)
        apart = self.worlds.is_disjoint(self.limits)
        found: list[Region] = []
        unproved: list[str] = []
        unchanged = unchanged_decisions(self.worlds)
        for name in () if apart else (one for one in common if one not in unchanged):
            try:
                found += self._regions_of(name)
            except Undetermined:
                unproved.append(name)
        return Change(
            self.old.loaded.path,
            self.new.loaded.path,
            common,
            tuple(found),
            self.edits,
            incomparables(self.worlds, self.limits),
            tuple(name for name in (*before, *after) if name not in common),
            apart,
            attribution_is_affordable(self.worlds, self.edits),
            tuple(unproved),
        )

    def _regions_of(self, name: str) -> Iterator[Region]:
        before, after = (decision_named(s.model, name) for s in (self.old, self.new))
        queries = self.worlds.queries_about(name, self.limits)
        attribution = Attribution(self.worlds, name, self.edits)
        search = RegionSearch(queries, attribution, outcome_preference(before, after))
        for found in search.find_regions():
            yield self._describe_region(name, found, queries.situation_of_witness(found.witness))

    def _describe_region(self, name: str, found: FoundRegion, here: SharedSituation) -> Region:
        whole = here.complete_for(self.old.model), here.complete_for(self.new.model)
        taken = [run(one)[name] for run, one in zip(self.replays, whole, strict=True)]
        assert [result_of(t) for t in taken] == [found.old, found.new], "the replay says otherwise"
        return Region(
            name,
            found.kind.change,
            found.old,
            found.new,
            found.kind.looser,
            found.edits,
            found.instead,
            str(here),
            here.to_json(),
            *whole,
            here.arguments(self.new.model),
            (_because(taken[0]), _because(taken[1])),
        )


def _because(taken: DecisionTrace) -> tuple[str, ...]:
    """Return the winners, or the rules of one minimal conflict."""
    if not taken.conflicted:
        return taken.because
    clashes = (tuple(sorted(clash)) for clash in taken.clashes)
    return min(clashes, key=lambda names: (len(names), names), default=())
