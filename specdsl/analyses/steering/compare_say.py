"""`steer NEW --since OLD`: who gained or lost which say.

Two things are compared, of every decision that differs in its rules, ranks or speakers: the tables
of `steer` (whether a principal reaches a goal in any situation, whoever else speaks), and, fact by
fact, what the strongest word of a principal on the decision does while nobody else speaks. The
first is a question about four worlds with free instructions; the second only about facts, so the
situations in which say is lost or gained are described exactly, by prime implicants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from specdsl.analyses.steering.lone_speaker import LoneSpeakers
from specdsl.analyses.steering.say_change import SayChange, SayDifference, SayRegion, SayTrend
from specdsl.analyses.steering.steering_powers import steering_powers
from specdsl.analyses.steering.steering_result import SpeechManner, SteeringGoal
from specdsl.api import Spec
from specdsl.base.limits import MAX_SAY_WORK
from specdsl.reasoning.prover import Undetermined
from specdsl.reasoning.sat.engine import Limits
from specdsl.verification.two_specs.partial_edits import PartialEdits
from specdsl.verification.two_specs.spec_pair import SpecPair, decision_named, pair_specs
from specdsl.verification.two_specs.unchanged_decisions import unchanged_decisions

Key = tuple[str, SpeechManner, str, SteeringGoal]
Table = Mapping[Key, bool | None]


def compare_say(
    old: Spec, new: Spec, names: Iterable[str] = (), limits: Limits | None = None
) -> SayDifference:
    """Compare the say of all principals in the named decisions (in all that both specs have)."""
    before, after = ([d.name for d in s.model.decisions] for s in (old, new))
    wanted = tuple(names) or tuple(after)
    common = tuple(name for name in wanted if name in before and name in after)
    pair = pair_specs(old.circuit, new.circuit, PartialEdits({}, {}))
    only = tuple(n for n in dict.fromkeys((*before, *after)) if (n in before) is not (n in after))
    paths = old.loaded.path, new.loaded.path
    try:
        if pair.is_disjoint(limits or Limits()):
            return SayDifference(*paths, (), (), only, (), (), apart=True)
    except Undetermined:
        return SayDifference(*paths, common, (), only, (), common)
    equal = unchanged_decisions(pair)
    search = _SayComparison(old, new, pair, limits or Limits().with_deadline())
    return SayDifference(
        *paths,
        common,
        tuple(name for name in common if name in equal),
        only,
        tuple(c for name in common if name not in equal for c in search.changes_of(name)),
        tuple(search.undetermined),
    )


class _SayComparison:
    def __init__(self, old: Spec, new: Spec, pair: SpecPair, limits: Limits) -> None:
        self.old, self.new, self.pair = old, new, pair
        self.table_limits = replace(limits, work=min(limits.work, MAX_SAY_WORK))
        self.lone = LoneSpeakers(old, new, pair, limits)
        self.undetermined: list[str] = []

    def changes_of(self, name: str) -> Iterator[SayChange]:
        """Yield what differs or is not determined."""
        try:
            regions = self._regions_of(name)
            tables = [self._power_table(spec, name) for spec in (self.old, self.new)]
        except Undetermined:
            self.undetermined.append(name)
            return
        for key in dict.fromkeys((*tables[0], *tables[1])):
            could, can = (table.get(key, False) for table in tables)
            lost, gained = (regions.get((key, trend)) for trend in (SayTrend.LOST, SayTrend.GAINED))
            change = SayChange(name, *key, could, can, lost, gained)
            if change.is_difference or change.is_undetermined:
                yield change

    def _regions_of(self, name: str) -> dict[tuple[Key, SayTrend], SayRegion]:
        return {
            (claim.key, claim.trend): region
            for claim in self.lone.claims_about(name)
            if (region := self.lone.region_of(claim)) is not None
        }

    def _power_table(self, spec: Spec, name: str) -> Table:
        """Return the entries of the table of `steer`, of outcomes that both specs have."""
        old, new = (set(decision_named(s.model, name).outcomes) for s in (self.old, self.new))
        return {
            (one.principal, one.manner, outcome, goal): found
            for one in steering_powers(spec.circuit, name, self.table_limits)
            for (outcome, goal), found in one.powers.items()
            if outcome in old & new
        }
