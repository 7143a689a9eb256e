"""`changelog OLD NEW`: the entry that tells what a new spec decides differently.

Everything in it was found by proof over facts, in two kinds of situations: nobody speaks, or one
speaker says its strongest word on the decision. A decision that differs in neither is compared with
free instructions, within a budget of work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specdsl.analyses.changelog.changelog_entry import ChangelogEntry, OutcomeShift, SpecHead
from specdsl.analyses.changelog.flipped_examples import flipped_examples
from specdsl.analyses.changelog.outcome_shifts import ShiftSearch
from specdsl.analyses.steering.compare_say import compare_say
from specdsl.analyses.steering.say_change import SayDifference
from specdsl.api import Spec
from specdsl.base.limits import MAX_SAY_WORK
from specdsl.frontend.model.nodes import HistoryEntry
from specdsl.reasoning.prover import Undetermined
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics.aig import FALSE
from specdsl.verification.two_specs.decision_results import equal_results
from specdsl.verification.two_specs.partial_edits import PartialEdits
from specdsl.verification.two_specs.spec_pair import SpecPair, pair_specs


def write_changelog(old: Spec, new: Spec, limits: Limits | None = None) -> ChangelogEntry:
    """Return the entry of the new spec, compared with the old one."""
    return _Writer(old, new, limits or Limits().with_deadline()).write_entry()


class _Writer:
    def __init__(self, old: Spec, new: Spec, limits: Limits) -> None:
        self.old, self.new, self.limits = old, new, limits
        self.pair: SpecPair = pair_specs(old.circuit, new.circuit, PartialEdits({}, {}))
        self.shifts = ShiftSearch(old, new, self.pair, limits)
        self.undetermined: list[str] = []

    def write_entry(self) -> ChangelogEntry:
        before, after = ([d.name for d in s.model.decisions] for s in (self.old, self.new))
        say = compare_say(self.old, self.new, limits=self.limits)
        changed = [name for name in say.decisions if name not in say.equal]
        shifts = tuple(shift for name in changed for shift in self._shifts_of(name))
        together = tuple(self._only_together(changed, shifts, say))
        return ChangelogEntry(
            _head_of(self.old),
            _head_of(self.new),
            tuple(_new_entries(self.old, self.new)),
            _authority_of(self.old, self.new),
            shifts,
            say,
            () if say.apart else tuple(flipped_examples(self.old, self.new)),
            tuple(name for name in before if name not in after),
            tuple(name for name in after if name not in before),
            tuple(_renewed_decisions(self.old, self.new)),
            tuple(_documentation(self.old, self.new).items()),
            together,
            tuple(self.undetermined),
        )

    def _shifts_of(self, name: str) -> list[OutcomeShift]:
        try:
            return list(self.shifts.shifts_of(name))
        except Undetermined:
            self.undetermined.append(f"what `{name}` is while nobody speaks")
            return []

    def _only_together(
        self, changed: list[str], shifts: tuple[OutcomeShift, ...], say: SayDifference
    ) -> Iterator[str]:
        """Yield the decisions that differ although nothing else was found about them."""
        known = {shift.decision for shift in shifts} | {one.decision for one in say.differences}
        work = min(self.limits.work, MAX_SAY_WORK)
        for name in changed:
            if name in known:
                continue
            try:
                if self._differs(name, replace(self.limits, work=work)):
                    yield name
            except Undetermined:
                self.undetermined.append(f"whether `{name}` differs where several speak")

    def _differs(self, name: str, limits: Limits) -> bool:
        pair = self.pair
        before, after = (pair.result_literals(world, name) for world in (pair.old, pair.new))
        differ = equal_results(pair.graph, before, after) ^ 1
        if differ == FALSE:
            return False
        return pair.queries_about(name, limits).prover(differ).is_satisfiable(differ)


def _head_of(spec: Spec) -> SpecHead:
    return SpecHead(spec.model.name, spec.model.title, spec.model.version)


def _new_entries(old: Spec, new: Spec) -> list[HistoryEntry]:
    """Return the `change` statements of the new spec alone, the latest first."""
    known = {(one.date, one.what) for one in old.model.changes}
    found = [one for one in new.model.changes if (one.date, one.what) not in known]
    return sorted(found, key=lambda one: one.date, reverse=True)


def _authority_of(old: Spec, new: Spec) -> tuple[str, ...]:
    """Return both orders of levels if they differ."""
    orders = tuple(" > ".join(level.name for level in s.model.levels) for s in (old, new))
    return () if orders[0] == orders[1] else orders


def _renewed_decisions(
    old: Spec, new: Spec
) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Yield the decisions whose outcomes are not the same, with those of one spec alone."""
    before = {one.name: one.outcomes for one in old.model.decisions}
    for one in new.model.decisions:
        was = before.get(one.name, one.outcomes)
        gone = tuple(name for name in was if name not in one.outcomes)
        come = tuple(name for name in one.outcomes if name not in was)
        if gone or come:
            yield one.name, gone, come


def _documentation(old: Spec, new: Spec) -> dict[str, str]:
    """Return the documentation of decisions, that of the new spec where both have one."""
    return {d.name: d.doc for spec in (old, new) for d in spec.model.decisions if d.doc}
