"""Regions of disagreement: conditions of the spec's own terms under which rows disagree.

They are learnt as rules are learnt from data, one after the other (sequential covering): conditions
are added that raise the share of disagreeing rows, by the gain of FOIL (Quinlan, Learning logical
definitions from relations, 1990), and left out again if the share does not need them. What a region
covers is set aside, and the search goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log2
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.evaluation.decided_log import DecidedClass, DecidedDecision, DecidedLog
from specdsl.situations.predicates import make_predicates
from specdsl.situations.region_wording import RegionWording

PURE_SHARE = 0.98
"""Share of disagreeing rows above which a region needs no further condition."""
KEPT_SHARE = 0.99
"""Part of its share that a region keeps when a condition is left out."""
LEAST_SHARE = 0.05
"""Share of the rows of a region that disagree in one way, below which they count as scattered."""
LEAST_ROWS = 3
"""Disagreeing rows of a region; fewer count as scattered, unless they are all rows there."""
MAX_CONDITIONS = 8
"""Conditions of a region: one with more is read by nobody."""
MAX_REGIONS = 50
"""Regions of one way to disagree."""


@dataclass(frozen=True, slots=True)
class DisagreementCount:
    """How many rows of a class have an observed outcome, and the simplest of them."""

    number: int
    observed: str
    rows: int
    simplest: int

    def agrees(self, classes: Mapping[int, DecidedClass]) -> bool:
        """Return whether the observed outcome is the one that the spec gives."""
        return self.observed == classes[self.number].outcome


@dataclass(frozen=True, slots=True)
class DisagreementRegion:
    """Rows of which many have one outcome that the spec does not give. `condition` is in the
    language of the spec, empty if it is everywhere. `rows` disagree, `among` those in the region to
    which the spec gives another outcome, one of `expected`. `rules` are broken, the most often
    broken one first. `example` is the simplest disagreeing row, by its number.
    """

    condition: str
    expected: tuple[str, ...]
    observed: str
    rows: int
    among: int
    rules: tuple[str, ...]
    example: int
    facts: Mapping[str, Any]


def find_regions(
    log: DecidedLog, decided: DecidedDecision, counts: Sequence[DisagreementCount]
) -> tuple[tuple[DisagreementRegion, ...], int]:
    """Return the regions of a decision, the largest first, and how many rows disagree elsewhere."""
    search = _RegionSearch(log, decided, counts)
    regions = sorted(search.regions(), key=lambda one: (-one.rows, one.condition))
    return tuple(regions), search.scattered


class _RegionSearch:
    """The search in the classes of one decision; rows that were decided by themselves are a region
    of their own.
    """

    def __init__(
        self, log: DecidedLog, decided: DecidedDecision, counts: Sequence[DisagreementCount]
    ) -> None:
        import numpy

        self._log, self._decided = log, decided
        self._wording = RegionWording(log.policy.model)
        self.scattered = 0
        size = decided.truth.every.bit_length()
        self._totals = numpy.zeros(size)
        self._counts = counts
        for count in counts:
            if decided.classes[count.number].place is not None:
                self._totals[count.number] += count.rows
        graph, classified = log.policy.circuit.graph, decided.truth.classified
        atoms = [atom for n in classified.atoms if (atom := graph.atoms[n]) is not None]
        self._terms = make_predicates(graph, atoms, graph.atom)
        self._holds = [decided.truth.column_of(term.literal) for term in self._terms]

    def regions(self) -> Iterator[DisagreementRegion]:
        """Yield the regions of each outcome that was observed where the spec gives another one."""
        classes = self._decided.classes
        wrong: dict[str, list[DisagreementCount]] = {}
        for count in self._counts:
            if classes[count.number].outcome is not None and not count.agrees(classes):
                wrong.setdefault(count.observed, []).append(count)
        for observed, counts in sorted(wrong.items()):
            single = [count for count in counts if classes[count.number].place is None]
            if single:
                text = "decided by itself: with instructions, or values of other types"
                yield self._region(text, observed, single, sum(count.rows for count in single))
            others = [count for count in counts if classes[count.number].place is not None]
            yield from self._regions_of_outcome(observed, others)

    def _regions_of_outcome(
        self, observed: str, counts: Sequence[DisagreementCount]
    ) -> Iterator[DisagreementRegion]:
        import numpy

        by_class = {count.number: count for count in counts}
        left, same = numpy.zeros(len(self._totals)), numpy.zeros(len(self._totals))
        for count in self._counts:
            if count.observed == observed and count.number < len(same):
                same[count.number] += count.rows
        for count in counts:
            left[count.number] = count.rows
        others = self._totals - same
        for _ in range(MAX_REGIONS):
            terms = self._learn(left, others)
            inside = self._inside(terms)
            covered, among = left[inside].sum(), (left + others)[inside].sum()
            few = covered < LEAST_ROWS and covered < among
            if not covered or covered / max(among, 1) < LEAST_SHARE or few:
                break
            members = [by_class[int(n)] for n in numpy.flatnonzero(inside & (left > 0))]
            text = self._wording.region_text(self._terms[term] for term in terms)
            yield self._region(text, observed, members, int(among))
            left[inside] = 0
        self.scattered += int(left.sum())

    def _learn(self, wanted: Any, others: Any) -> list[int]:
        """Return the conditions of a region, by their places, with a high share of wanted rows."""
        terms: list[int] = []
        inside = self._inside(terms)
        while len(terms) < MAX_CONDITIONS:
            good, bad = wanted[inside].sum(), others[inside].sum()
            if not good or good / (good + bad) >= PURE_SHARE:
                break
            gains = [
                (self._gain(good, bad, wanted, others, inside & holds), not term.weak, -place)
                for place, (term, holds) in enumerate(zip(self._terms, self._holds, strict=True))
            ]
            best, _, place = max(gains)
            if best <= 0:
                break
            terms.append(-place)
            inside = inside & self._holds[-place]
        return self._prune(terms, wanted, others)

    def _gain(self, good: float, bad: float, wanted: Any, others: Any, inside: Any) -> float:
        """Return what FOIL gains by a condition."""
        kept, lost = wanted[inside].sum(), others[inside].sum()
        if not kept:
            return 0.0
        return float(kept * (log2(kept / (kept + lost)) - log2(good / (good + bad))))

    def _prune(self, terms: list[int], wanted: Any, others: Any) -> list[int]:
        """Leave conditions out, the earliest first, as long as the share hardly falls."""

        def share(chosen: Sequence[int]) -> float:
            inside = self._inside(chosen)
            good = wanted[inside].sum()
            return float(good / max(1.0, good + others[inside].sum()))

        for term in list(terms):
            fewer = [one for one in terms if one != term]
            if share(fewer) >= KEPT_SHARE * share(terms):
                terms = fewer
        return terms

    def _inside(self, terms: Sequence[int]) -> Any:
        import numpy

        found = numpy.ones(len(self._totals), dtype=bool)
        for term in terms:
            found = found & self._holds[term]
        return found

    def _region(
        self,
        condition: str,
        observed: str,
        members: Sequence[DisagreementCount],
        among: int,
    ) -> DisagreementRegion:
        simplest = min(count.simplest for count in members)
        outcomes = {self._decided.classes[count.number].outcome for count in members}
        expected = (name for name in self._decided.decision.outcomes if name in outcomes)
        return DisagreementRegion(
            condition,
            tuple(expected),
            observed,
            sum(count.rows for count in members),
            among,
            self._broken_rules(observed, members),
            simplest,
            self._log.row_text(simplest),
        )

    def _broken_rules(self, observed: str, members: Sequence[DisagreementCount]) -> tuple[str, ...]:
        """Return the rules that stand and exclude what was observed, most rows first."""
        decision, rows = self._decided.decision, dict[str, int]()
        effects = {
            rule.name: rule.effect_on(decision)
            for rule in self._log.policy.model.rules
            if any(effect.decision is decision for effect in rule.effects)
        }
        place = decision.outcomes.index(observed) if observed in decision.outcomes else None
        for count in members:
            for name in self._decided.classes[count.number].rules:
                effect = effects[name]
                if not effect.permits and (place is None or not effect.outcomes >> place & 1):
                    rows[name] = rows.get(name, 0) + count.rows
        return tuple(sorted(rows, key=lambda name: (-rows[name], name)))
