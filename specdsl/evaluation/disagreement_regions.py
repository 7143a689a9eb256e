"""Regions of disagreement: conditions of the spec's own terms under which rows disagree.

They are learnt as rules are learnt from data, one after the other (sequential covering): conditions
are added that raise the share of disagreeing rows, by the gain of FOIL (Quinlan, Learning logical
definitions from relations, 1990), and left out again if the share does not clearly fall without.
What a region covers is set aside, and the search goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log2, sqrt
from typing import Any

from specdsl.base.limits import MAX_DISAGREEMENT_REGIONS, MAX_REGION_CONDITIONS
from specdsl.base.quick_dataclass import dataclass
from specdsl.evaluation.decided_log import DecidedClass, DecidedDecision, DecidedLog
from specdsl.situations.predicates import MemberTest, Predicate, make_predicates
from specdsl.situations.region_wording import RegionWording

PURE_SHARE = 0.999
"""Share of disagreeing rows above which a region needs no further condition."""
CLEAR_DEVIATIONS = 4.0
"""Standard deviations by which a condition has to raise the share: by chance one in 30,000
does, and some hundreds are tried."""
AGREEING_WEIGHT = 0.05
"""Weight of rows that agree by having the same outcome: of two conditions that leave out the same
others, the one that fits the disagreeing rows is better."""
LEAST_SHARE = 0.05
"""Share of the rows of a region that disagree in one way, below which they count as scattered."""
LEAST_ROWS = 3
"""Disagreeing rows of a region; fewer count as scattered, unless they are all rows there."""


@dataclass(frozen=True, slots=True)
class DisagreementCount:
    """The number of rows of a class with an observed outcome, and the simplest of them."""

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
    """Return the regions of a decision, the largest first, without the facts of their examples, and
    how many rows disagree elsewhere.
    """
    search = _RegionSearch(log, decided, counts)
    regions = sorted(search.regions(), key=lambda one: (-one.rows, one.condition))
    return tuple(regions), search.scattered


@dataclass(frozen=True, slots=True)
class _ShareCount:
    """Disagreeing rows, and others."""

    good: float
    bad: float

    def is_clearly_above(self, other: _ShareCount) -> bool:
        """Return whether a share is larger than another one, and not by chance: by the z-test of
        two proportions.
        """
        one, two = self.good + self.bad, other.good + other.bad
        if not one or not two:
            return False
        both = (self.good + other.good) / (one + two)
        spread = sqrt(both * (1 - both) * (1 / one + 1 / two))
        return spread > 0 and (self.good / one - other.good / two) / spread > CLEAR_DEVIATIONS


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
        terms = make_predicates(graph, atoms, graph.atom)
        columns = {term: decided.truth.column_of(term.literal) for term in terms}
        self._terms = [*((term,) for term in terms), *_single_members(terms)]
        self._holds = [
            numpy.logical_and.reduce([columns[term] for term in group]) for group in self._terms
        ]

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
        others, agreeing = self._totals - same, same - left
        for _ in range(MAX_DISAGREEMENT_REGIONS):
            terms = self._learn(left, others, AGREEING_WEIGHT * agreeing)
            inside = self._inside(terms)
            covered, among = left[inside].sum(), (left + others)[inside].sum()
            few = covered < LEAST_ROWS and covered < among
            if not covered or covered / max(among, 1) < LEAST_SHARE or few:
                break
            members = [by_class[int(n)] for n in numpy.flatnonzero(inside & (left > 0))]
            chosen = dict.fromkeys(one for place in terms for one in self._terms[place])
            text = self._wording.region_text(chosen)
            yield self._region(text, observed, members, int(among))
            left[inside] = 0
        self.scattered += int(left.sum())

    def _learn(self, wanted: Any, others: Any, neutral: Any) -> list[int]:
        """Return the conditions of a region, by their places, with a high share of wanted rows."""
        weighted = others + neutral
        terms: list[int] = []
        inside = self._inside(terms)
        while len(terms) < MAX_REGION_CONDITIONS:
            good, bad = wanted[inside].sum(), others[inside].sum()
            if not good or good / (good + bad) >= PURE_SHARE:
                break
            before = good / (good + weighted[inside].sum())
            gains = [
                (self._gain(before, wanted, weighted, inside & holds), not group[0].weak, -place)
                for place, (group, holds) in enumerate(zip(self._terms, self._holds, strict=True))
            ]
            best, _, place = max(gains)
            if best <= 0:
                break
            terms.append(-place)
            inside = inside & self._holds[-place]
        return self._prune(terms, wanted, others)

    def _gain(self, before: float, wanted: Any, others: Any, inside: Any) -> float:
        """Return what FOIL gains by a condition; `before` is the share without it."""
        kept, lost = wanted[inside].sum(), others[inside].sum()
        if not kept:
            return 0.0
        return float(kept * (log2(kept / (kept + lost)) - log2(before)))

    def _prune(self, terms: list[int], wanted: Any, others: Any) -> list[int]:
        """Leave conditions out, the last one first, unless the share clearly falls without."""
        for term in reversed(list(terms)):
            fewer = [one for one in terms if one != term]
            inside, wider = self._inside(terms), self._inside(fewer)
            here = _ShareCount(wanted[inside].sum(), others[inside].sum())
            beyond = _ShareCount(*(rows[wider & ~inside].sum() for rows in (wanted, others)))
            if not here.is_clearly_above(beyond):
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
            {},
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


def _single_members(terms: Sequence[Predicate]) -> Iterator[tuple[Predicate, ...]]:
    """Yield for each member of an enumeration the predicates that exclude all others together."""
    tests: dict[Any, list[Predicate]] = {}
    for term in terms:
        if isinstance(term.test, MemberTest) and not term.weak:
            tests.setdefault(term.subject, []).append(term)
    for group in tests.values():
        if len(group) > 2:
            yield from (tuple(one for one in group if one is not left) for left in group)
